"""elsewhere: the `eval:` functions that do not run here, with the reason, for the report of what was skipped.

Most ask the network; the checks of our own that ask the same are named. Others need files that SpamAssassin keeps.
"""

from collections.abc import Mapping
from types import MappingProxyType

_NETWORK = "it asks the network; our check `{}` does that"
_NETWORK_ALONE = "it asks the network"
_KEEPS = "it keeps what it learns in files of SpamAssassin's own; our check `{}` does that"

_REASONS = {
    _NETWORK.format("dnsbl"): "check_rbl check_rbl_txt check_rbl_sub check_rbl_results_for check_rbl_from_host "
    "check_rbl_from_domain check_rbl_envfrom check_rbl_ns_from check_rbl_rcvd check_rbl_headers check_dnsbl_headers",
    _NETWORK.format("dmarc"): "check_dmarc_reject check_dmarc_quarantine check_dmarc_none",
    _NETWORK.format("dkim"): "check_dkim_adsp check_dkim_signall check_dkim_testing",
    _NETWORK.format("spf"): "check_spf_skipped_noenvfrom",
    "it goes by what a server before ours said; our own checks say it": "check_authres_result",
    _NETWORK.format("uribl"): "check_uridnsbl check_uri_local_bl check_uricountry check_uri_isp",
    _NETWORK.format("sender_domain"): "check_dns_sender",
    _NETWORK.format("pyzor"): "check_pyzor check_dcc check_dcc_reputation_range check_razor2 check_razor2_range",
    _NETWORK_ALONE: "check_hashbl_emails check_hashbl_uris check_hashbl_bodyre check_hashbl_tag check_hashbl_header "
    "check_hashbl_attachments short_url short_url_redir short_url_chained short_url_maxchain short_url_loop "
    "short_url_code short_url_404 short_url_200 short_url_tests check_asn",
    _KEEPS.format("reputation"): "check_from_in_auto_welcomelist check_from_in_auto_whitelist check_senders_reputation",
    "it reads a database of sendmail's; our check `access` reads the text": "check_access_database",
    "it decides which rules run, and all run here": "check_shortcircuit",
    "it needs statistics of languages that are not shipped": "check_language check_body_8bits",
    "it reads feeds of its own": "check_phishing",
    "it looks for macros; our check `documents` does that": "check_olemacro check_olemacro_malice "
    "check_olemacro_encrypted check_olemacro_renamed check_olemacro_zip_password check_olemacro_csv "
    "check_olemacro_download_exe check_olemacro_redirect_uri check_olemacro_mhtml_uri check_oleobject "
    "check_olertfobject",
}

ELSEWHERE: Mapping[str, str] = MappingProxyType(
    {name: reason for reason, names in _REASONS.items() for name in names.split()}
)
