"""Triggers for the slugs of responsible bodies, which are an array, so that no foreign key protects them."""

import pgtrigger

from pledges.models.triggers.rejection import reject


class RejectUnknownBody(pgtrigger.Trigger):
    """Reject a slug of no body. The bodies stay locked against deletion until the commit."""

    name = "reject_unknown_body"
    when = pgtrigger.After
    operation = pgtrigger.Insert | pgtrigger.Update
    condition = pgtrigger.Condition("NEW.responsible_bodies <> '{}'")
    func = f"""
        PERFORM FROM pledges_body WHERE slug = ANY(NEW.responsible_bodies) FOR KEY SHARE;
        IF EXISTS (
            SELECT FROM unnest(NEW.responsible_bodies) responsible
            WHERE NOT EXISTS (SELECT FROM pledges_body body WHERE body.slug = responsible)
        ) THEN
            {reject("pledge_responsible_body_exists")}
        END IF;
        RETURN NULL;
    """


class ProtectResponsible(pgtrigger.Trigger):
    """Reject the deletion of a body that is responsible for a pledge."""

    name = "protect_responsible"
    when = pgtrigger.After
    operation = pgtrigger.Delete
    func = f"""
        IF EXISTS (SELECT FROM pledges_pledge pledge WHERE pledge.responsible_bodies @> ARRAY[OLD.slug]) THEN
            {reject("pledge_responsible_body_exists")}
        END IF;
        RETURN NULL;
    """
