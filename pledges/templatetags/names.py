from django import template

from pledges.workflow.display_names import display_name

register = template.Library()
register.filter(display_name)
