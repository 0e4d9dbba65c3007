import gc
import os

from django.core.wsgi import get_wsgi_application

from config.overload import limit_statements

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()
limit_statements()

# What is there by now stays, and most of what a request makes ends with it: to look for circles among all that after
# every few hundred objects takes a twentieth of its time.
gc.freeze()
gc.set_threshold(20_000, 20, 50)
