# One image for every process; compose.yaml says which does what. Secrets come from the environment, never from here.
FROM python:3.12-slim AS build
WORKDIR /linli
COPY requirements.lock .
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes --no-deps -r requirements.lock

FROM python:3.12-slim
# Figures of a container's processes are added up in a folder that the first of them makes.
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PROMETHEUS_MULTIPROC_DIR=/tmp/metrics
RUN useradd --create-home --uid 10001 linli && mkdir -p /linli/data && chown linli /linli/data
WORKDIR /linli
COPY --from=build /venv /venv
COPY . .
# The merged catalogue is made here, since the folder can't be written later.
RUN python -c "from handlers.language import translations; translations('zh_CN')"
USER linli
EXPOSE 8000
CMD ["gunicorn", "-c", "gunicorn.conf.py", "app:create_app()"]
