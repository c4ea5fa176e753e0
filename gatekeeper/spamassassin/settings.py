"""settings: the lines that are about no rule, gathered as `Options`.

Old names (`whitelist`, `blacklist`) are read as the new ones. `clear_…`, `un…` and `delist_…` take away what stood
before them. A network that is none is a `Problem`, and left out.
"""

from collections.abc import Mapping
from types import MappingProxyType

from gatekeeper.spamassassin.lines import Line
from gatekeeper.spamassassin.netset import NetSet
from gatekeeper.spamassassin.options import AddressList, Options
from gatekeeper.values import Problem

NETWORKS = ("trusted_networks", "internal_networks", "msa_networks")
_ADDRESSES = frozenset(
    """
    welcomelist_from blocklist_from welcomelist_to blocklist_to more_spam_to all_spam_to welcomelist_auth
    def_welcomelist_auth welcomelist_allows_relays welcomelist_from_spf def_welcomelist_from_spf
    welcomelist_bounce_relays
    """.split()  # noqa: SIM905  # a list of words
)
_VOUCHED = frozenset(
    ("welcomelist_from_rcvd", "def_welcomelist_from_rcvd", "welcomelist_from_dkim", "def_welcomelist_from_dkim")
)
_TAKING: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "unwelcomelist_from": ("welcomelist_from",),
        "unblocklist_from": ("blocklist_from",),
        "unwelcomelist_auth": ("welcomelist_auth", "def_welcomelist_auth"),
        "unwelcomelist_from_spf": ("welcomelist_from_spf", "def_welcomelist_from_spf"),
        "unwelcomelist_from_rcvd": ("welcomelist_from_rcvd", "def_welcomelist_from_rcvd"),
        "unwelcomelist_from_dkim": ("welcomelist_from_dkim", "def_welcomelist_from_dkim"),
    }
)
_CLEARING: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "clear_util_rb": ("util_rb_tld", "util_rb_2tld", "util_rb_3tld"),
        "clear_originating_ip_headers": ("originating_ip_headers",),
        "clear_url_shortener": ("url_shortener", "url_shortener_get"),
        **{f"clear_{name}": (name,) for name in NETWORKS},
    }
)
_KEPT = frozenset(
    """
    required_score util_rb_tld util_rb_2tld util_rb_3tld originating_ip_headers always_trust_envelope_sender
    envelope_sender_header normalize_charset ok_locales body_part_scan_size rawbody_part_scan_size redirector_pattern
    parse_dkim_uris freemail_domains freemail_welcomelist freemail_max_body_emails freemail_max_body_freemails
    freemail_skip_when_over_max freemail_skip_bulk_envfrom freemail_add_describe_email
    freemail_import_welcomelist_auth freemail_import_def_welcomelist_auth welcomelist_bounce_relays url_shortener
    url_shortener_get welcomelist_subject blocklist_subject enlist_uri_host adsp_override report_contact
    report_hostname time_limit fns_add_addrlist fns_extrachars fns_check fns_ignore_dkim fns_ignore_headers
    ok_languages inactive_languages textcat_max_languages textcat_optimal_ngrams textcat_max_ngrams
    textcat_acceptable_score
    """.split()  # noqa: SIM905  # a list of words
) | set(NETWORKS)
KNOWN = frozenset(
    """
    add_header remove_header clear_headers rewrite_header subjprefix report_safe report_wrap_width report_charset report
    clear_report_template unsafe_report clear_unsafe_report_template report_safe_copy_headers fold_headers lock_method
    mbox_format_from_regex allow_user_rules priority version_tag test bayes_path use_learner use_bayes use_bayes_rules
    skip_rbl_checks dns_available dns_server clear_dns_servers dns_local_ports_permit dns_local_ports_avoid
    dns_local_ports_none dns_test_interval dns_options dns_query_restriction clear_dns_query_restriction dns_block_rule
    dns_block_time rbl_timeout rbl_headers uridnsbl uridnssub urinsrhsbl urinsrhssub urifullnsrhsbl urifullnsrhssub
    urirhsbl urirhssub urifullrhsbl urinsrhsbl uridnsbl_skip_domain uridnsbl_skip_mailto uridnsbl_max_domains
    clear_uridnsbl_skip_domain skip_uribl_checks tflags_domains_only spf_timeout ignore_received_spf_header
    use_newest_received_spf_header do_not_use_mail_spf do_not_use_mail_spf_query dkim_minimum_key_bits dkim_timeout
    dmarc_save_reports loadplugin tryplugin score describe util_rb_tld geodb_module geodb_options geodb_search_path
    country_db_type country_db_path default_prefs_path loadlib ignore_always_matching_regexps use_razor2 use_pyzor
    use_dcc use_auto_welcomelist use_txrep use_short shortcircuit uri_detail ruleset dcc_home spamcop_from_address
    spamcop_to_address spamcop_max_report_size spamcop_relayhost asn_lookup asn_lookup_ipv6 clear_asn_lookups asn_prefix
    asn_use_geodb asn_prefer_geodb asn_use_dns accessdb body_part_scan_size run_reuse_tests_only loadplugin
    """.split()  # noqa: SIM905  # a list of words
)
"""What has no effect here, and is no mistake."""

_PREFIXES = (
    "bayes_", "user_", "txrep_", "auto_welcomelist_", "pyzor_", "razor_", "dcc", "hashbl_", "authres_", "shortcircuit_",
    "url_shortener_", "max_short_url", "extracttext_", "phishing_", "olemacro_", "trigger_", "relay_country", "raw_",
    "welcomelist_uri", "util_", "clear_", "uri_block_", "pdfinfo_", "resource_limit_", "asn_", "awl_",
)  # fmt: skip


class Settings:
    """Gathers the lines."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._lines: dict[str, list[str]] = {}
        self._lists: dict[str, dict[str, tuple[str, ...]]] = {}

    def take(self, line: Line) -> bool:
        """Whether the line is about one of these settings."""
        key = _new_name(line.key)
        if key in _ADDRESSES:
            self._enlist(key, line.value.split())
        elif key in _VOUCHED:
            self._vouch(key, line.value)
        elif key in _TAKING:
            self._take_away(_TAKING[key], line.value)
        elif key in _CLEARING:
            for name in _CLEARING[key]:
                self._lines.pop(name, None)
        elif key in NETWORKS:
            self._networks(key, line)
        elif not self._of_lists(key, line.value):
            self._lines.setdefault(key, []).append(line.value)
            return key in _KEPT or key in KNOWN or key.startswith(_PREFIXES)
        return True

    def _of_lists(self, key: str, value: str) -> bool:
        """Lists that have names: `enlist_addrlist (NAME) address`, `enlist_uri_host (NAME) host`."""
        if key in ("blocklist_uri_host", "welcomelist_uri_host"):
            key, value = "enlist_uri_host", f"({'BLOCK' if key.startswith('block') else 'WELCOME'}) {value}"
        name, closed, words = value.partition(")")
        if (
            key not in ("enlist_addrlist", "enlist_uri_host", "delist_uri_host")
            or not name.startswith("(")
            or not closed
        ):
            return False
        if key == "enlist_addrlist":
            self._enlist(name[1:], words.split())
        elif key == "enlist_uri_host":
            self._lines.setdefault(key, []).append(f"{name}) {words.strip()}")
        else:
            hosts = {word.lower().lstrip("!") for word in words.split()}
            held = self._lines.get("enlist_uri_host", [])
            held[:] = [_without(line, hosts) if line.startswith(f"{name})") else line for line in held]
        return True

    def _enlist(self, name: str, globs: list[str]) -> None:
        self._lists.setdefault(name, {}).update(dict.fromkeys((glob.lower() for glob in globs), ()))

    def _vouch(self, name: str, value: str) -> None:
        glob, _, domain = value.lower().replace("\t", " ").partition(" ")
        known = self._lists.setdefault(name, {})
        known[glob] = (*known.get(glob, ()), domain.strip())

    def _take_away(self, names: tuple[str, ...], value: str) -> None:
        words = value.lower().split()
        for name in names:
            known = self._lists.get(name, {})
            for word in words[:1] if name.endswith("_dkim") else words:
                known.pop(word, None)

    def _networks(self, key: str, line: Line) -> None:
        for word in line.value.split():
            try:
                NetSet.parse((word,))
            except ValueError as error:
                self.problems.append(Problem(line.source, line.number, "error", str(error), "write 192.0.2.0/24"))
            else:
                self._lines.setdefault(key, []).append(word)

    def options(self) -> Options:
        """All of it."""
        lines = {name: tuple(values) for name, values in self._lines.items() if values}
        lists = {name: AddressList(globs) for name, globs in self._lists.items()}
        networks = {name: NetSet.parse(lines[name]) for name in NETWORKS if name in lines}
        return Options(lines, lists, networks)


def _new_name(key: str) -> str:
    key = {"required_hits": "required_score"}.get(key, key)
    return key.replace("whitelist", "welcomelist").replace("blacklist", "blocklist")


def _without(line: str, hosts: set[str]) -> str:
    name, *words = line.split()
    return " ".join([name, *(word for word in words if word.lower().lstrip("!") not in hosts)])
