# Two stages: one with compilers, one without. The server runs as user 65532 and needs nothing writable:
#   docker run --read-only --cap-drop=ALL --security-opt=no-new-privileges \
#     -e DATABASE_URL=postgresql://fluxgrid_server:...@db/fluxgrid -p 127.0.0.1:8080:8080 fluxgrid
# The same image migrates and imports:
#   docker run --rm -e DATABASE_URL=... --entrypoint /opt/fluxgrid/sql/migrate.sh fluxgrid
#   docker run --rm -e DATABASE_URL=... fluxgrid import data/uzbekistan/manifest.json
FROM debian:12-slim AS build
RUN apt-get update \
 && apt-get install -y --no-install-recommends gcc make pkg-config libc6-dev libmicrohttpd-dev libjansson-dev \
      libpng-dev libjpeg62-turbo-dev zlib1g-dev libdeflate-dev libpq-dev libgdal-dev libhdf5-dev libsqlite3-dev libssl-dev libfreetype-dev libfontconfig-dev libxml2-dev npm \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY Makefile ./
COPY server server
COPY config/manifest.schema.json config/
RUN make -j"$(nproc)"
COPY package.json package-lock.json .npmrc ./
COPY scripts scripts
COPY static static
RUN scripts/page-libraries

FROM debian:12-slim
ARG VERSION=dev
LABEL org.opencontainers.image.title="Fluxgrid" \
      org.opencontainers.image.description="Carbon map server over PostGIS" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}"
RUN apt-get update \
 && apt-get install -y --no-install-recommends libmicrohttpd12 libjansson4 libpng16-16 libjpeg62-turbo zlib1g libdeflate0 libpq5 libgdal32 libhdf5-103-1 libsqlite3-0 libssl3 \
      libfreetype6 libfontconfig1 libxml2 fonts-dejavu-core postgresql-client-15 \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /opt/fluxgrid
COPY --from=build /src/build/fluxgrid /usr/local/bin/fluxgrid
COPY --from=build /src/build/fluxgrid-import.so /usr/local/lib/fluxgrid/fluxgrid-import.so
COPY --from=build /src/static static
COPY config config
COPY sql sql
COPY data data
COPY LICENSE NOTICE ./
USER 65532:65532
ENV FLUXGRID_LISTEN_ADDRESS=0.0.0.0 FLUXGRID_PORT=8080 GLIBC_TUNABLES=glibc.malloc.hugetlb=1
EXPOSE 8080
STOPSIGNAL SIGTERM
ENTRYPOINT ["fluxgrid"]
CMD ["serve"]
