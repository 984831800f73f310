# One image for web, worker, beat, indexer and migrate; docker-compose.yml says which is which.

FROM python:3.11-slim-bookworm AS build
COPY requirements.lock .
RUN python -m venv /opt/venv \
 && /opt/venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock

FROM python:3.11-slim-bookworm
# Git is for lists that are kept in step with a checkout.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends git \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --home-dir /app zhaji
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    VAR_DIR=/app/var
WORKDIR /app
COPY --from=build /opt/venv /opt/venv
COPY manage.py ./
COPY config config
COPY kb kb
COPY static static
COPY templates templates
# Collecting needs settings but none of the servers they name; none of this is kept.
RUN SECRET_KEY=only-for-collectstatic ALLOWED_HOSTS=build SITE_URL=https://build \
    DATABASE_URL=postgresql://build/build REDIS_URL=redis://build \
    python manage.py collectstatic --no-input \
 && mkdir -p var/state var/search && chown zhaji var var/state var/search
USER zhaji
EXPOSE 8000
CMD ["python", "-m", "granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--respawn-failed-workers", "--workers-kill-timeout", "5", "--no-ws", "config.wsgi:application"]
