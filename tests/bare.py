"""What a turn is measured against in `make bench`: a server that only says success, and one that decrypts with wechatpy, parses, and
echoes encrypted, but stores nothing. Both are served by gunicorn with our own settings.
"""

from flask import Flask, request
from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.replies import TextReply

from handlers.settings import load_settings


def success() -> Flask:
    """Says success."""
    app = Flask(__name__)
    app.add_url_rule("/wechat", view_func=lambda: "success", methods=["POST"], endpoint="push")
    app.add_url_rule("/readyz", view_func=lambda: "ok", endpoint="ready")
    return app


def echo() -> Flask:
    """Safe mode as wechatpy does it; what was said comes back."""
    app, w = Flask(__name__), load_settings().wechat
    crypto = WeChatCrypto(w.token, w.encoding_aes_key, w.app_id)

    def push() -> str:
        signature, stamp, nonce = (request.args[name] for name in ("msg_signature", "timestamp", "nonce"))
        message = parse_message(crypto.decrypt_message(request.get_data(), signature, stamp, nonce))
        return str(crypto.encrypt_message(TextReply(content=message.content, message=message).render(), nonce, stamp))

    app.add_url_rule("/wechat", view_func=push, methods=["POST"], endpoint="push")
    app.add_url_rule("/readyz", view_func=lambda: "ok", endpoint="ready")
    return app
