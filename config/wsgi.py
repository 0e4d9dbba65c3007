import os

from django.core.wsgi import get_wsgi_application

from config.serving import configure_connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()
configure_connections()
