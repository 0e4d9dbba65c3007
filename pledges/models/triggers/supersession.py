"""Triggers for the references of superseded pledges, which are an array, so that no foreign key protects them."""

import pgtrigger

from pledges.models.triggers.rejection import reject


class RejectUnknownSuperseded(pgtrigger.Trigger):
    """Reject a reference to no pledge.

    Deferrable, and the trigger reads the row when it fires, so that a load can insert pledges in any order. The
    superseded pledges stay locked against deletion until the commit.
    """

    name = "reject_unknown_superseded"
    when = pgtrigger.After
    operation = pgtrigger.Insert | pgtrigger.Update
    timing = pgtrigger.Immediate
    condition = pgtrigger.Condition("NEW.supersedes <> '{}'")
    func = f"""
        PERFORM FROM pledges_pledge WHERE ref = ANY(NEW.supersedes) FOR KEY SHARE;
        IF EXISTS (
            SELECT FROM pledges_pledge pledge, unnest(pledge.supersedes) superseded
            WHERE pledge.id = NEW.id
                AND NOT EXISTS (SELECT FROM pledges_pledge earlier WHERE earlier.ref = superseded)
        ) THEN
            {reject("pledge_superseded_exists")}
        END IF;
        RETURN NULL;
    """


class ProtectSuperseded(pgtrigger.Trigger):
    """Reject the deletion of a pledge that another one supersedes."""

    name = "protect_superseded"
    when = pgtrigger.After
    operation = pgtrigger.Delete
    func = f"""
        IF EXISTS (SELECT FROM pledges_pledge later WHERE later.supersedes @> ARRAY[OLD.ref]) THEN
            {reject("pledge_superseded_exists")}
        END IF;
        RETURN NULL;
    """


class RejectCycleOfSupersession(pgtrigger.Trigger):
    """Reject references that lead back to the pledge, directly or through other pledges. Deferrable like the others."""

    name = "reject_cycle_of_supersedes"
    when = pgtrigger.After
    operation = pgtrigger.Insert | pgtrigger.Update
    timing = pgtrigger.Immediate
    condition = pgtrigger.Condition("NEW.supersedes <> '{}'")
    # Without the lock, two concurrent transactions could close a cycle that neither of them sees.
    func = f"""
        PERFORM pg_advisory_xact_lock(hashtext('pledges_pledge.supersedes'));
        IF EXISTS (
            WITH RECURSIVE earlier AS (
                SELECT superseded FROM pledges_pledge pledge, unnest(pledge.supersedes) superseded
                WHERE pledge.id = NEW.id
                UNION
                SELECT next.superseded FROM earlier
                JOIN pledges_pledge pledge ON pledge.ref = earlier.superseded,
                    unnest(pledge.supersedes) next(superseded)
            )
            SELECT FROM earlier WHERE superseded = NEW.ref
        ) THEN
            {reject("pledge_not_its_own_successor")}
        END IF;
        RETURN NULL;
    """
