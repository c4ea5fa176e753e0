"""conditions: what `if`, `ifplugin` and `loadplugin` say about SpamAssassin hold here: version 4.0.1 with the plugins
that its own `*.pre` files load.

A condition that is no expression does not hold; whoever reads the file is told.
"""

from dataclasses import dataclass, field

from gatekeeper.spamassassin.arithmetic import parse

VERSION = "4.000001"
PERL = "5.036"
PLUGIN = "Mail::SpamAssassin::Plugin::"
STOCK = frozenset(
    """
    AskDNS AutoLearnThreshold Bayes BodyEval Check DKIM DMARC DNSEval FreeMail HTMLEval HTTPSMismatch HashBL HeaderEval
    ImageInfo MIMEEval MIMEHeader Pyzor Razor2 RelayEval ReplaceTags SPF SpamCop URIDNSBL URIDetail URIEval VBounce
    WLBLEval WelcomeListSubject
    """.split()  # noqa: SIM905  # a list of words
)
"""What the files `*.pre` of SpamAssassin 4.0.1 load."""

_COMPATIBLE = "Mail::SpamAssassin::Conf::compat_"
_RENAMED = {"Dmarc": "DMARC", "WhiteListSubject": "WelcomeListSubject"}
_FEATURES = {
    "Conf": """
        feature_originating_ip_headers feature_dns_local_ports_permit_avoid feature_bayes_auto_learn_on_error
        feature_uri_host_listed feature_yesno_takes_args feature_bug6558_free feature_edns feature_dns_query_restriction
        feature_registryboundaries feature_geodb feature_dns_block_rule feature_compile_regexp
        feature_meta_rules_matching feature_subjprefix feature_bayes_stopwords feature_get_host
        feature_blocklist_welcomelist feature_welcomelist_blocklist feature_header_address_parser
        feature_local_tests_only feature_header_first_last feature_header_match_many feature_capture_rules
        has_tflags_nosubject has_tflags_nolog perl_min_version_5010000
        """,
    "Plugin::ASN": "has_asn_lookup_ipv6 has_asn_geodb has_check_asn has_check_asn_tag",
    "Plugin::AskDNS": "has_tag_header",
    "Plugin::BodyEval": "has_check_body_length has_plaintext_body_sig_ratio",
    "Plugin::DKIM": "has_arc",
    "Plugin::DNSEval": "has_tflags_domains_only has_tflags_ips_only",
    "Plugin::DecodeShortURLs": """
        has_short_url has_autoclean has_short_url_code has_user_agent has_get has_clear has_timeout has_max_redirections
        has_short_url_redir
        """,
    "Plugin::HashBL": """
        has_hashbl_bodyre has_hashbl_bodyre_num has_hashbl_emails has_hashbl_uris has_hashbl_ignore
        has_hashbl_email_regex has_hashbl_email_welcomelist has_hashbl_email_whitelist has_hashbl_tag
        has_hashbl_sha256 has_hashbl_attachments has_hashbl_email_domain has_hashbl_email_domain_alias
        """,
    "Plugin::MIMEEval": "has_check_for_ascii_text_illegal has_check_abundant_unicode_ratio has_check_qp_ratio",
    "Plugin::MIMEHeader": "has_all_header has_tflags_range has_tflags_concat has_tflags_multiple has_capture_rules",
    "Plugin::OLEVBMacro": "has_olemacro_redirect_uri has_olemacro_mhtml_uri has_olertfobject",
    "Plugin::Pyzor": "has_fork has_perl",
    "Plugin::Razor2": "has_fork",
    "Plugin::SPF": "has_check_for_spf_errors has_check_spf_skipped_noenvfrom",
    "Plugin::URIDNSBL": """
        has_tflags_domains_only has_subtest_for_ranges has_uridnsbl_for_a has_uridnsbl_a_ns has_tflags_notrim
        has_uridnsbl_skip_mailto
        """,
    "Plugin::URIDetail": "has_host_key",
}
_KNOWN = {f"Mail::SpamAssassin::{module}::{name}" for module, names in _FEATURES.items() for name in names.split()}
_CALLS = frozenset(("plugin", "can", "has"))
_NUMBERS = {"version": float(VERSION), "perl_version": float(PERL), "local_tests_only": 1.0}


@dataclass(slots=True)
class Conditions:
    """What holds: `plugins` are loaded, by their short names; `compatible` is what `enable_compat` has named."""

    plugins: set[str] = field(default_factory=lambda: set(STOCK))
    compatible: set[str] = field(default_factory=set)

    def load(self, plugin: str) -> None:
        """`loadplugin`, with the name in full."""
        self.plugins.add(_short(plugin))

    def hold(self, condition: str) -> bool:
        """Whether the `condition` of an `if` is true; `ArithmeticSyntaxError` if it is none."""
        return bool(parse(condition, _CALLS)(self._worth))

    def _worth(self, name: str) -> float:
        call, _, argument = name.rstrip(")").partition("(")
        match call:
            case "plugin":
                return _short(argument) in self.plugins or argument.endswith("::RaciallyCharged")
            case "can" | "has":
                return self._able(argument)
            case _:
                return _NUMBERS.get(name, 0.0)

    def _able(self, name: str) -> bool:
        if name.startswith(_COMPATIBLE):
            return name.removeprefix(_COMPATIBLE) in self.compatible
        plugin = name.removeprefix(PLUGIN).partition("::")[0] if name.startswith(PLUGIN) else ""
        return name in _KNOWN and (not plugin or plugin in self.plugins)


def _short(plugin: str) -> str:
    name = plugin.removeprefix(PLUGIN)
    return _RENAMED.get(name, name)
