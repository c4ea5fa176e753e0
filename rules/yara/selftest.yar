// What proves that rules are asked, as EICAR proves that a scanner is. It harms nobody.
rule Gatekeeper_Yara_Test {
    meta:
        description = "the test string of gatekeeper's YARA rules"
        action = "reject"
    strings:
        $text = "GATEKEEPER-YARA-TEST-9b1d7e40-STRING"
    condition:
        $text
}
