# The command line `batch-outputs` in an image without a shell or a package manager.
# docker build -t batch-outputs . && docker run --rm batch-outputs --version
FROM node:24-bookworm-slim AS build
WORKDIR /source
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build:binary

# libstdc++ and libgcc, which Node.js needs, are in "cc".
FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=build /source/build/batch-outputs /usr/local/bin/batch-outputs
COPY --from=build /source/build/third-party-licenses.txt /source/LICENSE /usr/share/doc/batch-outputs/
ENTRYPOINT ["/usr/local/bin/batch-outputs"]
