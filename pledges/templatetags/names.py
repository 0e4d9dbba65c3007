from django import template

from pledges.locale.display_names import display_name

register = template.Library()
register.filter(display_name)
