"""procmail_cases: recipes and messages whose fate the real procmail and ours are to agree on.

Folders are directories (`hit/`): into a file the real one delivers but once a second.
"""

PLAIN = b"""\
From ann@client.example  Mon Jan  5 10:00:00 2026
Return-Path: <ann@client.example>
Received: from mx.client.example (mx.client.example [192.0.2.7])
\tby mx.company.example with ESMTP id 4711; Mon, 5 Jan 2026 10:00:00 +0000
From: Ann Other <ann@client.example>
To: "Joe, the other" <joe+lists@company.example>,
 kim@company.example
Cc: team@company.example
Subject: Re: Meeting on Monday about Elvis (ELVIS!)
Message-ID: <1@client.example>
X-Spam-Level: ******
X-Number: 42
X-Empty:
Content-Type: text/plain

Hello Joe,

> did you see Elvis?
> No.
I did, elvis presley himself: a.b*c [x] $5 for 100%.
Click http://www.example.net/free now. FREE free Free
--
Ann
"""

LIST = b"""\
From owner-list@lists.example  Mon Jan  5 10:00:00 2026
From: MAILER-DAEMON@lists.example (Mail Delivery)
Sender: owner-list@lists.example
Apparently-To: joe@company.example
Precedence: bulk
Subject: [list] words

one two three
"""

WORM = b"""\
From x@y.example  Mon Jan  5 10:00:00 2026
From: x@y.example
To: joe@company.example
Subject: look
Content-Type: multipart/mixed; boundary="b"

--b
Content-Type: audio/x-wav;
\tname="readme.exe"
Content-Transfer-Encoding: base64

TVqQAAMAAAAEAAAA
--b--
"""

BARE = b"From: a@b.example\nSubject: no end"
EMPTY = b"From a@b.example  Mon Jan  5 10:00:00 2026\nSubject: nothing\n\n"
LONG = PLAIN + b"0123456789abcdef\n" * 2000
CRLF = PLAIN.replace(b"\n", b"\r\n")

MESSAGES = {"plain": PLAIN, "list": LIST, "worm": WORM, "bare": BARE, "empty": EMPTY, "long": LONG, "crlf": CRLF}

# One recipe each: its flags, its conditions with a line end between them, the message.
CONDITIONS = [
    ("", "^Subject:.*meeting", "plain"),
    ("", "^subject: *re:", "plain"),
    ("D", "^subject: *re:", "plain"),
    ("D", "^Subject: *Re:", "plain"),
    ("D", "elvis", "plain"),
    ("", "! ^Subject:.*meeting", "plain"),
    ("", "! ! ^Subject:.*meeting", "plain"),
    ("", "!^X-Nothing:", "plain"),
    ("", "^Subject:.*meeting\n* ^From:.*ann", "plain"),
    ("", "^Subject:.*meeting\n* ^From:.*bob", "plain"),
    ("", "^To:.*kim", "plain"),
    ("", "^To:.*joe.*, kim", "plain"),
    ("", "^To:.*joe.*,  kim", "plain"),
    ("", "by mx\\.company\\.example", "plain"),
    ("", "^by mx", "plain"),
    ("", "[)] \tby", "plain"),
    ("", "hello", "plain"),
    ("B", "hello", "plain"),
    ("B", "^Subject:", "plain"),
    ("HB", "hello", "plain"),
    ("HB", "^Subject:", "plain"),
    ("HB", "text/plain$$Hello", "plain"),
    ("HB", "text/plain$^Hello", "plain"),
    ("HB", "text/plain$^^Hello", "plain"),
    ("B", "^^Hello", "plain"),
    ("B", "^^Joe", "plain"),
    ("B", "Ann$^^", "plain"),
    ("B", "Ann^^", "plain"),
    ("B", "Hello Joe,$^^", "plain"),
    ("", "^^From ann", "plain"),
    ("", "^^rom[ ]", "plain"),
    ("", "^From ", "plain"),
    ("", "^X-Empty:$", "plain"),
    ("", "^X-Empty: *$", "plain"),
    ("", "^X-Spam-Level: \\*\\*\\*\\*\\*\\*", "plain"),
    ("", "^X-Spam-Level: \\*\\*\\*\\*\\*\\*\\*", "plain"),
    ("", "^X-Spam-Level: (\\*)+$", "plain"),
    ("", "\\<meeting\\>", "plain"),
    ("", "\\\\<meeting\\>", "plain"),
    ("", "()\\<eeting\\>", "plain"),
    ("", "()\\<meeting", "plain"),
    ("", "Meet[i]ng", "plain"),
    ("", "Meet[^i]ng", "plain"),
    ("B", "a[.]b", "plain"),
    ("B", "a[\\.]b", "plain"),
    ("B", "b\\*c [[]x[]]", "plain"),
    ("B", "[]x]+ \\$5", "plain"),
    ("B", "[a-]b", "plain"),
    ("B", "100%\\.$", "plain"),
    ("B", "(did|will|) you", "plain"),
    ("B", "^(> .*$)+I", "plain"),
    ("B", "^(> .*$)(> .*$)(> .*$)", "plain"),
    ("B", "fre+ now", "plain"),
    ("B", "fre+ (now|then)", "plain"),
    ("B", "/fre?e? now", "plain"),
    ("", "", "plain"),
    ("", "!", "plain"),
    ("", "< 10000", "plain"),
    ("", "> 10000", "plain"),
    ("", "> 10000", "long"),
    ("", "< 10000", "long"),
    ("", "! < 10000", "long"),
    ("", "> $SIZE", "long"),
    ("", "<1000000", "plain"),
    ("", "B ?? > 30000", "long"),
    ("", "H ?? > 30000", "long"),
    ("", "B ?? < 3", "empty"),
    ("", "B ?? hello", "plain"),
    ("", "H ?? hello", "plain"),
    ("", "HB ?? hello", "plain"),
    ("", "BH ?? ^Subject:", "plain"),
    ("", "B??hello", "plain"),
    ("", "! B ?? hello", "plain"),
    ("", "B ?? ! hello", "plain"),
    ("D", "B ?? hello", "plain"),
    ("", "WORD ?? ^mee", "plain"),
    ("", "WORD ?? ^^meeting^^", "plain"),
    ("", "WORD ?? ^^meet^^", "plain"),
    ("", "NOTHING ?? .", "plain"),
    ("", "NOTHING ?? ^^^^", "plain"),
    ("", "WORD ?? > 6", "plain"),
    ("", "$ ^Subject:.*$WORD", "plain"),
    ("", "$ ^Subject:.*${WORD}", "plain"),
    ("", "$ ! ^Subject:.*$WORD", "plain"),
    ("", "! $ ^Subject:.*$WORD", "plain"),
    ("", "$ ^Subject:.*${NOTHING:-meeting}", "plain"),
    ("", "$ ^Subject:.*${NOTHING:+nowhere}", "plain"),
    ("", "$ ^Subject:.*${WORD:+meeting}", "plain"),
    ("B", "$ $\\ODD", "plain"),
    ("B", "$ $ODD", "plain"),
    ("", "$ ^Subject:.*\\$WORD", "plain"),
    ("", "$ ${AREA} ?? hello", "plain"),
    ("", "$ ${WEIGHT}^1 elvis\n* -2^0", "plain"),
    ("", "^TO_joe", "plain"),
    ("", "^TO_oe", "plain"),
    ("", "^TO_kim@company", "plain"),
    ("", "^TO_team", "plain"),
    ("", "^TO_lists", "plain"),
    ("", "^TO_ompany", "plain"),
    ("", "^TOjoe", "plain"),
    ("", "^TOkim", "plain"),
    ("", "^TO_ann", "plain"),
    ("", "! ^TO_joe", "plain"),
    ("", "^TO_joe", "list"),
    ("", "^FROM_DAEMON", "list"),
    ("", "^FROM_DAEMON", "plain"),
    ("", "! ^FROM_DAEMON", "plain"),
    ("", "^FROM_MAILER", "list"),
    ("", "^FROM_MAILER", "plain"),
    ("D", "^FROM_DAEMON", "list"),
    ("", "\\^TO_joe", "plain"),
    ("B", "1^1 free\n* -3^0", "plain"),
    ("B", "1^1 free\n* -4^0", "plain"),
    ("B", "1^0 free\n* -1^0", "plain"),
    ("B", "4^.5 free\n* -7^0", "plain"),
    ("B", "4^.5 free\n* -6.9^0", "plain"),
    ("B", "1^2 free\n* -14^0", "plain"),
    ("B", "1^2 free\n* -15^0", "plain"),
    ("B", "-10^0\n* 1^1 ^.*$", "plain"),
    ("B", "-8^0\n* 1^1 ^.*$", "plain"),
    ("B", "20^1 ^>\n* -10^1 ^[^>]", "plain"),
    ("B", "50^1 ^>\n* -10^1 ^[^>]", "plain"),
    ("", "1^1 ^", "plain"),
    ("", "-1^1 ^\n* 2147483646^0", "plain"),
    ("", "2147483647^0\n* -1^0 elvis", "plain"),
    ("", "1^1 e|elvis|v\n* -14^0", "plain"),
    ("", "1^1 (a|ab)(b|)\n* -2^0", "plain"),
    ("", "10^0 ! nothing\n* -9^0", "plain"),
    ("", "10^0 ! elvis\n* 0^0", "plain"),
    ("", "100^1 > 2000\n* -50^0", "plain"),
    ("", "100^1 > 2000\n* -30^0", "plain"),
    ("", "1^2 < 34000\n* -1^0", "long"),
    ("", "-100^3 > 2000\n* 50^0", "plain"),
    ("", "-100^3 > 2000\n* 500000^0", "long"),
    ("", "1^1 elvis\n* ^X-Nothing:", "plain"),
    ("", "1^1 elvis\n* ^X-Number: 42", "plain"),
    ("", "42", "plain"),
    ("", "4 ^ 1 elvis\n* -7^0", "plain"),
    ("", "? /bin/true", "plain"),
    ("", "? /bin/false", "plain"),
    ("", "! ? /bin/false", "plain"),
    ("", "? /bin/grep -q Elvis", "plain"),
    ("", "? /bin/grep -q nowhere", "plain"),
    ("", "B ?? ? /bin/grep -q Subject", "plain"),
    ("", '? /usr/bin/test "$WORD" = meeting', "plain"),
    ("", '? /usr/bin/test "$WORD" = other', "plain"),
    ("", "5^-7 ? /bin/true", "plain"),
    ("", "5^-7 ? /bin/false", "plain"),
    ("", "Meet\\\n   ing", "plain"),
    ("", "^Subject:.*(nowhere|\\\n            meeting)", "plain"),
    ("", "$ ^Subject:.*(nowhere|\\\nmeeting)", "plain"),
    ("", "  ^Subject:  *Re:  ", "plain"),
    ("", "^Subject:\n\n# a comment\n\n   # another\n* ^From:", "plain"),
    ("", "no end", "bare"),
    ("", "no end$", "bare"),
    ("", "no end$$", "bare"),
    ("B", ".", "bare"),
    ("", "nothing$$", "empty"),
    ("B", "^^^^", "empty"),
    ("B", "! .", "empty"),
    ("B", "Joe,.$", "crlf"),
    ("HB", "Joe,$", "crlf"),
    ("B", "^Content-Type: audio/x-(wav|midi)", "worm"),
    ("B", "name=.*\\.(bat|com|exe|pif|scr|vbs|zip)", "worm"),
    ("B", "^Content-Type: audio/x-(wav|midi)", "plain"),
]

# Whole files.
FILES = {
    "chain A": (":0\n* ^Subject:\n{ }\n:0A\nhit/", "plain"),
    "chain A fails": (":0\n* ^Nothing:\n{ }\n:0A\nhit/", "plain"),
    "chain A twice": (":0\n* ^Subject:\n{ }\n:0A\n* ^Nothing:\n{ }\n:0A\nhit/", "plain"),
    "chain a": (":0cw\n* ^Subject:\n! copy@other.example\n:0a\nhit/", "plain"),
    "chain a fails": (":0cw\n* ^Nothing:\n! copy@other.example\n:0a\nhit/", "plain"),
    "chain a after failure": (":0 cw\n| /bin/false\n:0a\nhit/\n:0A\nlater/", "plain"),
    "else": (":0\n* ^Nothing:\n{ }\n:0E\nhit/", "plain"),
    "no else": (":0\n* ^Subject:\n{ }\n:0E\nhit/", "plain"),
    "else chain": (":0\n* ^Nothing:\n{ }\n:0E\n* ^Subject:\n{ }\n:0E\nhit/\n:0\nlast/", "plain"),
    "else chain to its end": (":0\n* ^N:\n{ }\n:0E\n* ^M:\n{ }\n:0E\nhit/", "plain"),
    "else and A": (":0\n* ^Nothing:\n{ }\n:0E\n* ^Subject:\n{ }\n:0A\nhit/", "plain"),
    "error": (":0 fw\n| /bin/false\n:0e\nhit/", "plain"),
    "error of one that was not tried": (":0 fw\n* ^Nothing:\n| /bin/false\n:0e\nhit/", "plain"),
    "no error": (":0 fw\n| /bin/cat\n:0e\nhit/", "plain"),
    "error with a lock file": (":0 f: x.lock\n| /bin/false\n:0e\nhit/", "plain"),
    "error and exit": (":0 fw\n| /bin/false\n:0e\n{ EXITCODE=75 HOST }\n:0\nhit/", "plain"),
    "failed delivery goes on": (":0 w\n| /bin/false\n:0\nhit/", "plain"),
    "nested": (":0\n* ^Subject:\n{\n  :0\n  * ^From:\n  {\n    :0\n    * ^Cc:\n    hit/\n  }\n}", "plain"),
    "nested, past": (":0\n* ^Nothing:\n{\n  :0\n  hit/\n}\n:0\nafter/", "plain"),
    "nested, through": (":0\n* ^Subject:\n{\n  :0\n  * ^Nothing:\n  hit/\n}\n:0\nafter/", "plain"),
    "A behind a block": (":0\n* ^Subject:\n{\n  :0\n  * ^Nothing:\n  { }\n}\n:0A\nhit/", "plain"),
    "A in a block": (":0\n* ^Subject:\n{\n  :0A\n  hit/\n}", "plain"),
    "E in a block": (":0\n* ^Subject:\n{\n  :0E\n  hit/\n}", "plain"),
    "E behind a block": (":0\n* ^Subject:\n{\n  :0\n  * ^Nothing:\n  { }\n}\n:0E\nhit/", "plain"),
    "all on one line": (":0\n* ^Subject:\n{ X=1 Y=2 }\n:0\nb-$X-$Y/", "plain"),
    "block without blank": (":0\n* ^Subject:\n{X/\n:0\nhit/", "plain"),
    "white list": (
        ":0\n* ! ^From:.*(kim|ann)@client\\.example\n{\n  :0:\n  * ^X-Spam-Level: \\*\\*\\*\n  spam/\n}\n"
        ":0\n* ^Subject:\ninbox/",
        "plain",
    ),
    "null": (":0\n* ^Subject:\n/dev/null", "plain"),
    "null in a block": (":0\n{\n:0\n* ^Subject:\n/dev/null\n}", "plain"),
    "forward": (":0 w\n! joe@other.example", "plain"),
    "forward to several": (":0 w\n! joe@other.example, kim@other.example $WORD", "plain"),
    "copy and go on": (":0cw\n! joe@other.example\n:0\nhit/", "plain"),
    "copy to null": (":0c\n/dev/null\n:0\nhit/", "plain"),
    "default": ("", "plain"),
    "default named": (":0\n$DEFAULT", "plain"),
    "default changed": ("DEFAULT=other/", "plain"),
    "default null": ("DEFAULT=/dev/null", "plain"),
    "folder of a variable": ("F=box\n:0\n$F/", "plain"),
    "folder in braces": ("F=box\n:0\n${F}es/", "plain"),
    "folder quoted": (':0\n"a b/"', "plain"),
    "folder below": ("X=sub\n:0\n$X.new/", "plain"),
    "match": (":0\n* ^Subject: *Re: \\/[a-z]+\n$MATCH/", "plain"),
    "match to the end of the line": (':0\n* ^X-Number:[ ]*\\/.*\n"m$MATCH/"', "plain"),
    "match of an address": (":0\n* ^From:.*<\\/[^>]+\n$MATCH/", "plain"),
    "match longest": (":0\n* B ?? elvis\\/ ?p?r?[a-y]*\nm$MATCH/", "plain"),
    "match of a match": (":0\n* ^From:.*<\\/[^>]+\n* MATCH ?? ()\\/[^@]+\n$MATCH/", "plain"),
    "match with TO_": (":0\n* ^TO_\\/[a-z]+\n$MATCH/", "plain"),
    "no match leaves it": ("MATCH=before\n:0\n* ^Nothing: \\/.*\n{ }\n:0\n$MATCH/", "plain"),
    "match used in a condition": (":0\n* ^From:.*<\\/[^@]+\n* $ ^Message-ID:.*$MATCH\nwrong/\n:0\nm$MATCH/", "plain"),
    "match with empty left": (":0\n* ()\\/Meet[a-z]*\n$MATCH/", "plain"),
    "match of a level": (":0\n* ^X-Spam-Level: \\/\\*+\n* MATCH ?? ^^\\*\\*\\*\\*\\*\\*^^\nhit/", "plain"),
    "score kept": (":0B\n* 2^1 free\n{ }\n:0\ns$=/", "plain"),
    "score below one": (":0B\n* 0.1^0 free\n{ }\n:0\ns$=/", "plain"),
    "score negative": (":0B\n* -2.7^1 free\n{ }\n:0\ns$=/", "plain"),
    "score of sizes": (":0\n* 1000^1 > 500\n{ }\n:0\ns$=/", "plain"),
    "score of a ratio": (":0\n* 1000^.5 < 500\n{ }\n:0\ns$=/", "plain"),
    "score of everything": (":0HB\n* 1^1 .\n{ }\n:0\ns$=/", "plain"),
    "score of pairs": (":0HB\n* 1^1 ..\n{ }\n:0\ns$=/", "plain"),
    "score of words": (":0HB\n* 1^1 [a-z]+\n{ }\n:0\ns$=/", "plain"),
    "score of lines": (":0B\n* 1^1 ^.*$\n{ }\n:0\ns$=/", "plain"),
    "score of starts": (":0B\n* 1^1 ^[^ ]\n{ }\n:0\ns$=/", "plain"),
    "score of ends": (":0B\n* 1^1 .$\n{ }\n:0\ns$=/", "plain"),
    "score of breaks": (":0B\n* 1^1 $\n{ }\n:0\ns$=/", "plain"),
    "score of double breaks": (":0B\n* 1^1 $$\n{ }\n:0\ns$=/", "plain"),
    "score waning": (":0B\n* 1000^.9 e\n{ }\n:0\ns$=/", "plain"),
    "score growing": (":0B\n* 1^1.5 e\n{ }\n:0\ns$=/", "plain"),
    "score turning": (":0B\n* 7^-1 e\n{ }\n:0\ns$=/", "plain"),
    "score without an end": (":0\n* 1^1 x*\n{ }\n:0\ns$=/", "plain"),
    "score without an end, waning": (":0\n* 10^.5 x*\n{ }\n:0\ns$=/", "plain"),
    "score of an exit": (":0\n* 3^1 ! ? /bin/false\n{ }\n:0\ns$=/", "plain"),
    "score of a variable": (":0\n* 1^1 WORD ?? e\n{ }\n:0\ns$=/", "plain"),
    "score at the very end": ("W=aXa\n:0\n* 1^1 W ?? a$*\n{ }\n:0\ns$=/", "plain"),
    "exit code": ("EXITCODE=67\n:0\n/dev/null", "plain"),
    "exit code by default": ("EXITCODE=1", "plain"),
    "exit code of no number": ("EXITCODE=none", "plain"),
    "exit code and host": (":0\n* ^Subject:\n{ EXITCODE=77 HOST }\n:0\nhit/", "plain"),
    "host of another": ("HOST=nowhere.example\n:0\nhit/", "plain"),
    "unset": ("X=1\nX\n:0\nb${X-none}/", "plain"),
    "set to nothing": ("X=\n:0\nb${X-none}${X:-empty}/", "plain"),
    "quotes": ("X=\"a  b\"'c$d'\n:0\n* ! X ?? ^^a  bc.d^^\nwrong/\n:0\nhit/", "plain"),
    "backslashes": ('X="a\\\\b\\$c\\d"\n:0\n* X ?? ^^a\\\\b\\$c\\\\d^^\nhit/', "plain"),
    "backslashes outside": ("X=a\\ b\\\\c\n:0\n* X ?? ^^a b\\\\c^^\nhit/", "plain"),
    "value over two lines": ('X="a\nb"\n:0\n* X ?? ^^a$b^^\nhit/', "plain"),
    "value continued": ("X=a\\\nb\n:0\n* X ?? ^^ab^^\nhit/", "plain"),
    "value up to a blank": ("X=a Y=b\n:0\n$X$Y/", "plain"),
    "blanks around =": ("  X   =   a\n:0\nf$X/", "plain"),
    "comment behind a value": ("X=a # b\n:0\nf$X/", "plain"),
    "# in a value": ("X=a#b\n:0\n* X ?? a#b\nhit/", "plain"),
    "backquotes": ("X=`/bin/echo one two`\n:0\n* X ?? ^^one two^^\nhit/", "plain"),
    "backquotes read the message": ("X=`/bin/grep -c free`\n:0\nn$X/", "plain"),
    "captured in a recipe": (":0\n* ^Subject:\nX=| /bin/grep ^X-Number\n:0\n* X ?? 42^^\nhit/", "plain"),
    "exit kept": (":0\n* ? /bin/false\n{ }\n:0\ne$?/", "plain"),
    "filter of the header": (":0 fhw\n| /usr/bin/tr a-z A-Z\n:0D\n* ^SUBJECT:\n* B ?? Hello\nhit/", "plain"),
    "filter of the body": (":0 fbw\n| /usr/bin/tr a-z A-Z\n:0D\n* ^Subject:\n* B ?? HELLO\nhit/", "plain"),
    "filter of all": (":0 fw\n| /usr/bin/tr a-z A-Z\n:0D\n* ^SUBJECT:\n* B ?? HELLO\nhit/", "plain"),
    "filter that loses": (":0 fbwi\n| /bin/true\n:0\n* B ?? ! .\nhit/", "plain"),
    "filter that fails": (":0 fw\n| /bin/false\n:0\n* ^Subject:\nhit/", "plain"),
    "formail adds": (
        ':0 fhw\n| formail -A "X-New: yes" -I "Subject: other"\n:0\n* ^X-New: yes\n* ^Subject: other$\nhit/',
        "plain",
    ),
    "formail takes away": (":0 fhw\n| formail -I X-Number: -i Cc:\n:0\n* ! ^X-Number\n* ^Old-Cc: team\nhit/", "plain"),
    "formail renames": (":0 fhw\n| formail -R X-Number: X-Other: -a X-Other:\n:0\n* ^X-Other: 42$\nhit/", "plain"),
    "formail extracts": ("X=`formail -zxX-Number:`\n:0\nx$X/", "plain"),
    "formail extracts folded": (
        'X=`formail -czx To:`\n:0\n* X ?? ^^"Joe, the other" <joe.lists@company.example>,  kim@\nhit/',
        "plain",
    ),
    "the F is mended": (":0 fhw\n| sed -e '1s/^/F/'\n:0\n* ^^FFrom\nhit/", "plain"),
    "flags with blanks": (":0   H   B   :  x.lock\n* hello\nhit/", "plain"),
    "flags twice": (":0 HH\n* ^Subject:\nhit/", "plain"),
    "tabs": ("\t:0\n\t*\t^Subject:\n\thit/", "plain"),
    "blanks everywhere": ("   :0   \n   *   ^Subject:   \n   hit/   ", "plain"),
    "comments between": ("# one\n:0 # two\n# three\n* ^Subject:\n   # four\nhit/ # five\n# six", "plain"),
    "empty lines between": (":0\n\n* ^Subject:\n\n* ^From:\n\nhit/", "plain"),
    "no line end": (":0\n* ^Subject:\nhit/", "plain"),
    "old syntax": (":\n^Subject:\nhit/", "plain"),
    "old syntax with a number": (":2\n^Subject:\n^Nothing:\nhit/\n:0\nother/", "plain"),
    "old syntax with a flag": (":B\nhello\nhit/", "plain"),
    "first that delivers": (":0\n* ^Subject:\none/\n:0\n* ^From:\ntwo/", "plain"),
    "audio": (":0 B\n* ^Content-Type: audio/x-(wav|midi)\n/dev/null\n:0\nhit/", "worm"),
    "names": (":0 HB\n* name=.*\\.(bat|com|exe|pif|scr|vbs|zip)\n/dev/null\n:0\nhit/", "worm"),
    "names, harmless": (":0 HB\n* name=.*\\.(bat|com|exe|pif|scr|vbs|zip)\n/dev/null\n:0\nhit/", "plain"),
    "junk by score": (
        ":0 B\n* -1^0\n* 1^1 ^> \n* 2^.8 free|click\n* 1^0 http://[^ ]*free\n{ X=$= }\n:0\n* X ?? .\nj$X/",
        "plain",
    ),
}

# What procmail passes over with a word in its log, or not even that, and the lines that ours has to name.
MISTAKES = {
    "unknown flag": (":0 Zx\n* ^Subject:\nhit/", [2]),
    "no action at all": (":0\n* ^Subject:\n\n:0\nhit/", [2]),
    "brace too many": ("}\n:0\nhit/", [2]),
    "brace not closed": (":0\n{\n:0\nhit/", [3]),
    "neither recipe nor assignment": ("what is this?\n:0\nhit/", [2]),
    "action like a recipe": (":0\n* ^Nothing:\n:0\nhit/", [4, 5]),
    "assignment as a folder": (":0\n* ^Nothing:\nX=1\n:0\nhit/", [4]),
    "filter flag on a folder": (":0 f\n* ^Nothing:\nwrong/\n:0\nhit/", [4]),
    "expression not closed": (":0\n* ^Subject:.*(a\n{ }\n:0\nhit/", [3]),
    "expression closed twice": (":0\n* ^Nothing)\n{ }\n:0\nhit/", [3]),
    "program not listed": (":0\n* ? /usr/bin/nowhere\n{ }\n:0\nhit/", [3]),
    "shell": (":0\n* ? /bin/true && /bin/false\n{ }\n:0\nhit/", [3]),
    "bad substitution": ("X=${Y*}\n:0\nhit/", [2]),
    "e and E": (":0\n* ^Nothing:\n{ }\n:0eE\nwrong/\n:0\nhit/", [5]),
    "incomplete": (":0\n* ^Nothing:\n", [4]),
}
