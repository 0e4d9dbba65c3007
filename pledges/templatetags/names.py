from django import template

from pledges.names import name_of

register = template.Library()
register.filter("display_name", name_of)
