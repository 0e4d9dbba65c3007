FROM python:3.13-slim AS build
ENV PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/venv
COPY requirements.lock .
RUN /opt/venv/bin/pip install --require-hashes --no-deps --only-binary :all: --requirement requirements.lock

FROM python:3.13-slim
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 STATIC_ROOT=/opt/static IN_CONTAINER=1
RUN useradd --system --uid 10001 --no-create-home duixian
COPY --from=build /opt/venv /opt/venv
WORKDIR /opt/duixian
COPY manage.py ./
COPY config config
COPY pledges pledges
COPY fixtures fixtures
COPY seeds seeds
# The two values only let the settings load; nothing of them stays in the image.
RUN SECRET_KEY=unused DATABASE_URL=postgres://unused/unused python manage.py collectstatic --no-input
USER duixian
EXPOSE 8000
CMD ["python", "manage.py", "serve", "--host", "0.0.0.0"]
