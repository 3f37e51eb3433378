"""Signature and encryption of pushes, written from the platform's description and not from the product's library."""

import base64
import hashlib
import os
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_BLOCK = 32


class BadCiphertext(ValueError):
    """Not encrypted with this key, or not for this account."""


def sign(*parts: str) -> str:
    """Hex SHA-1 of the sorted parts: [token, timestamp, nonce] or those and the ciphertext."""
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


def _cipher(encoding_aes_key: str) -> Cipher[modes.CBC]:
    key = base64.b64decode(encoding_aes_key + "=")
    return Cipher(algorithms.AES(key), modes.CBC(key[:16]))


def encrypt(text: str, encoding_aes_key: str, app_id: str) -> str:
    """AES-256-CBC over 16 random bytes, the length, the text and the app id; base64."""
    message = text.encode()
    plain = os.urandom(16) + struct.pack(">I", len(message)) + message + app_id.encode()
    pad = _BLOCK - len(plain) % _BLOCK
    encryptor = _cipher(encoding_aes_key).encryptor()
    return base64.b64encode(encryptor.update(plain + bytes([pad]) * pad) + encryptor.finalize()).decode()


def decrypt(ciphertext: str, encoding_aes_key: str, app_id: str) -> str:
    """The text inside; BadCiphertext if it is damaged or was made for another account."""
    try:
        decryptor = _cipher(encoding_aes_key).decryptor()
        padded = decryptor.update(base64.b64decode(ciphertext, validate=True)) + decryptor.finalize()
        plain = padded[: -padded[-1]]
        length = struct.unpack(">I", plain[16:20])[0]
        text, owner = plain[20 : 20 + length].decode(), plain[20 + length :].decode()
    except (ValueError, IndexError, struct.error) as error:
        raise BadCiphertext(str(error)) from error
    if owner != app_id or not 1 <= padded[-1] <= _BLOCK:
        raise BadCiphertext("made for another account")
    return text
