// Examples to begin with; `gatekeeper yara test` tries what stands in tests/.

rule Run_Dialog_Lure {
    meta:
        description = "tells the reader to paste a command into the Run dialog of Windows"
        score = 4.0
    strings:
        $open = /(press|hold|hit)[^.]{0,40}(windows|win)( key)?\W{1,20}r\b/ nocase
        $paste = /ctrl[^.]{1,20}\bv\b/ nocase
        $enter = /(press|hit)\W{1,20}(<b>)?enter/ nocase
    condition:
        $open and $paste and $enter
}

rule Download_Cradle {
    meta:
        description = "PowerShell that fetches something and runs it"
        score = 5.0
    strings:
        $shell = "powershell" nocase
        $fetch1 = "DownloadString" nocase
        $fetch2 = "Invoke-WebRequest" nocase
        $fetch3 = "Net.WebClient" nocase
        $run1 = "IEX" fullword nocase
        $run2 = "Invoke-Expression" nocase
        $run3 = "Start-Process" nocase
    condition:
        $shell and any of ($fetch*) and any of ($run*)
}
