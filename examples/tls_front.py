#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""TLS before a server that speaks none: tls_front.py CERTIFICATE KEY PORT PORT_FILE

Takes TLS connections on a free port of 127.0.0.1, writes that port to PORT_FILE, and passes what they say on to PORT.
"""
import os
import socket
import ssl
import sys
import threading


def pump(source, target):
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def serve(connection, context, port):
    try:
        # Here and not at accept: a client that does not like the certificate must not keep the others waiting.
        with context.wrap_socket(connection, server_side=True) as inside, socket.create_connection(("127.0.0.1", port)) as server:
            asking = threading.Thread(target=pump, args=(inside, server), daemon=True)
            asking.start()
            pump(server, inside)
    except OSError:
        pass


def main():
    certificate, key, port, port_file = sys.argv[1:]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    listener = socket.create_server(("127.0.0.1", 0))
    with open(port_file + ".partial", "w", encoding="ascii") as file:
        file.write(f"{listener.getsockname()[1]}\n")
    os.rename(port_file + ".partial", port_file)
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=serve, args=(connection, context, int(port)), daemon=True).start()


if __name__ == "__main__":
    main()
