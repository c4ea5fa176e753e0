-- A gateway met by miltertest, the field's own driver for milters. Run by tests/system/test_milter_miltertest.py with
-- -D socket=unix:/path. Its access map refuses closed@example.org and discards lost@example.org.

function check(held, what)
   if not held then
      mt.echo("FAILED: " .. what)  -- miltertest does not print what error() is given
      error(what)
   end
end

function opened()
   local conn = mt.connect(socket, 20, 0.1)
   check(conn, "cannot connect to " .. socket)
   check(mt.conninfo(conn, "mail.example.net", "192.0.2.7") == nil, "conninfo")
   check(mt.helo(conn, "mail.example.net") == nil, "helo")
   return conn
end

function mail(conn, ...)
   mt.macro(conn, SMFIC_MAIL, "i", "QUEUEID")
   check(mt.mailfrom(conn, "<s@example.net>", "SIZE=100") == nil, "mailfrom")
   for _, recipient in ipairs({...}) do
      check(mt.rcptto(conn, "<" .. recipient .. ">") == nil, "rcptto")
   end
end

function content(conn, subject, body)
   check(mt.header(conn, "From", " <s@example.net>") == nil, "header")
   check(mt.header(conn, "X-Spam-Flag", " NO") == nil, "header")
   check(mt.header(conn, "Subject", subject) == nil, "header")
   check(mt.bodystring(conn, body) == nil, "body")
   check(mt.eom(conn) == nil, "eom")
end

local conn = opened()

mt.echo("what is negotiated")
check(mt.test_action(conn, SMFIF_ADDHDRS), "adds header fields")
check(mt.test_action(conn, SMFIF_CHGHDRS), "changes header fields")
check(mt.test_action(conn, SMFIF_DELRCPT), "removes recipients")
check(mt.test_action(conn, SMFIF_CHGBODY), "replaces the body")
check(mt.test_option(conn, SMFIP_HDR_LEADSPC), "leading space")
check(mt.test_option(conn, SMFIP_NR_HDR), "header fields are not answered")
check(mt.test_option(conn, SMFIP_NODATA), "DATA is not sent")
check(mt.test_option(conn, SMFIP_NOUNKNOWN), "unknown commands are not sent")

mt.echo("a clean message passes, its forged field goes, ours come")
mail(conn, "a@example.org")
content(conn, " clean", "Hello.\r\n")
check(mt.getreply(conn) == SMFIR_CONTINUE, "a clean message was not accepted")
check(mt.eom_check(conn, MT_HDRDELETE, "X-Spam-Flag"), "the forged field stays")
check(mt.eom_check(conn, MT_HDRINSERT, "X-Spam-Status"), "no X-Spam-Status")
check(mt.eom_check(conn, MT_HDRINSERT, "X-Gatekeeper-Id"), "no X-Gatekeeper-Id")
check(not mt.eom_check(conn, MT_BODYCHANGE), "the body was changed")

mt.echo("one recipient is refused, the other accepted")
mail(conn, "closed@example.org")
check(mt.getreply(conn) == SMFIR_REPLYCODE, "closed@example.org was accepted")
check(mt.rcptto(conn, "<a@example.org>") == nil, "rcptto")
check(mt.getreply(conn) == SMFIR_CONTINUE, "a@example.org was refused")
content(conn, " clean", "Hello.\r\n")
check(mt.getreply(conn) == SMFIR_CONTINUE, "what is left was not accepted")

mt.echo("one recipient is discarded, the other gets it")
mail(conn, "a@example.org", "lost@example.org")
content(conn, " clean", "Hello.\r\n")
check(mt.getreply(conn) == SMFIR_CONTINUE, "not accepted for the one")
check(mt.eom_check(conn, MT_RCPTDELETE, "<lost@example.org>"), "the other was not removed")

mt.echo("GTUBE is refused")
mail(conn, "a@example.org")
content(conn, " spam", "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X\r\n")
check(mt.getreply(conn) == SMFIR_REPLYCODE, "GTUBE was accepted")

mt.echo("an aborted transaction leaves nothing behind")
mail(conn, "closed@example.org")
check(mt.abort(conn) == nil, "abort")
mail(conn, "a@example.org")
check(mt.getreply(conn) == SMFIR_CONTINUE, "a@example.org was refused")
content(conn, " clean", "Hello.\r\n")
check(mt.getreply(conn) == SMFIR_CONTINUE, "not accepted after an abort")

mt.echo("a rude end harms nobody")
local rude = opened()
mail(rude, "a@example.org")
mt.disconnect(rude, false)
mail(conn, "a@example.org")
content(conn, " clean", "Hello.\r\n")
check(mt.getreply(conn) == SMFIR_CONTINUE, "not accepted after another's end")

mt.disconnect(conn)
