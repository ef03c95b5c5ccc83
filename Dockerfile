# Yeban 夜班: one process, SQLite under /data. For the demo: docker run -p 8000:8000 IMAGE serve --demo --host 0.0.0.0
FROM python:3.11-slim AS build
WORKDIR /src
COPY requirements.lock ./
RUN python -m venv /opt/yeban && /opt/yeban/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY pyproject.toml README.md ./
COPY bot bot
COPY replies replies
COPY rules rules
RUN /opt/yeban/bin/pip install --no-cache-dir --no-deps .

FROM python:3.11-slim
RUN useradd --system --uid 10001 --create-home yeban && install -d -o 10001 /data
COPY --from=build /opt/yeban /opt/yeban
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 8000
ENV PATH=/opt/yeban/bin:$PATH PYTHONUNBUFFERED=1
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/readyz', timeout=2)"]
ENTRYPOINT ["yeban"]
CMD ["serve", "--host", "0.0.0.0"]
