"""Signature and encryption: the platform's own vectors, and agreement with an independent library."""

import pytest
from wechatpy.crypto import WeChatCrypto

from simulator import crypto
from simulator.config import SimulatorConfig
from simulator.envelope import Envelope, read_xml, write_xml

CONFIG = SimulatorConfig()


@pytest.mark.parametrize(
    ("timestamp", "nonce", "signature"),
    [
        ("1714036504", "1514711492", "f464b24fc39322e44b38aa78f5edd27bd1441696"),
        ("1714037059", "486452656", "899cf89e464efb63f54ddac96b0a0a235f53aa78"),
    ],
)
def test_official_vectors(timestamp: str, nonce: str, signature: str) -> None:
    """The documentation's examples for token AAAAA."""
    assert crypto.sign("AAAAA", timestamp, nonce) == signature


@pytest.mark.parametrize("text", ["", "a", "王阿姨您好" * 7, "x" * 32, "<xml>]]></xml>"])
def test_encrypted_and_read_again(text: str) -> None:
    """Any length, any signs."""
    cipher = crypto.encrypt(text, CONFIG.encoding_aes_key, CONFIG.app_id)
    assert crypto.decrypt(cipher, CONFIG.encoding_aes_key, CONFIG.app_id) == text


def test_another_account_and_damage_are_found() -> None:
    """The app id inside must be ours."""
    cipher = crypto.encrypt("您好", CONFIG.encoding_aes_key, "wx0000000000000000")
    for wrong in (cipher, cipher[:-8], "not base64", ""):
        with pytest.raises(crypto.BadCiphertext):
            crypto.decrypt(wrong, CONFIG.encoding_aes_key, CONFIG.app_id)


def test_the_library_reads_a_safe_push_and_we_read_its_reply() -> None:
    """Two independent hands agree on the envelope."""
    envelope = Envelope(CONFIG.token, CONFIG.encoding_aes_key, CONFIG.app_id)
    library = WeChatCrypto(CONFIG.token, CONFIG.encoding_aes_key, CONFIG.app_id)
    query = envelope.query(1795397587, "o1")
    body = envelope.wrap("<xml><Content>好</Content></xml>", query, "safe", "gh_1")
    assert read_xml(body).keys() == {"ToUserName", "Encrypt"}
    assert (
        library.decrypt_message(body, query["msg_signature"], query["timestamp"], query["nonce"])
        == "<xml><Content>好</Content></xml>"
    )
    reply = library.encrypt_message("<xml><Content>收到</Content></xml>", "n1")
    assert envelope.unwrap(reply) == ("<xml><Content>收到</Content></xml>", True)
    with pytest.raises(ValueError, match="signature"):
        envelope.unwrap(reply.replace("<Nonce><![CDATA[n1", "<Nonce><![CDATA[n2"))


def test_compatible_mode_has_both() -> None:
    """Plain fields with Encrypt appended."""
    envelope = Envelope(CONFIG.token, CONFIG.encoding_aes_key, CONFIG.app_id)
    query = envelope.query(1795397587, "o1")
    fields = read_xml(envelope.wrap(write_xml({"Content": "好"}), query, "compatible", "gh_1"))
    assert fields["Content"] == "好"
    assert crypto.decrypt(fields["Encrypt"], CONFIG.encoding_aes_key, CONFIG.app_id) == write_xml({"Content": "好"})


def test_text_cannot_break_out_of_its_element() -> None:
    """]]> in what a person says stays text."""
    nasty = "]]></Content><Event>CLICK</Event><![CDATA["
    assert read_xml(write_xml({"Content": nasty, "CreateTime": 5})) == {"Content": nasty, "CreateTime": "5"}


def test_lists_repeat_their_element() -> None:
    """One entry of a List is an element, several are several: the trap that parsers fall into."""
    assert write_xml({"E": {"List": [{"A": "1"}, {"A": "2"}]}}) == (
        "<xml><E><List><A><![CDATA[1]]></A></List><List><A><![CDATA[2]]></A></List></E></xml>"
    )
