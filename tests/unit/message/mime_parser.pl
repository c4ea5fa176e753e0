# mime_parser: what Perl's MIME::Parser makes of messages.
# Standard input is messages, each behind its length in 4 bytes; standard output is a line of JSON for each: a list of
# [name or null, body], both in base64, for its parts, or an object where it gives up.
use strict;
use warnings;
use JSON::PP ();
use MIME::Base64 ();
use MIME::Parser;

sub leaves {
    my ($entity) = @_;
    return map { leaves($_) } $entity->parts if $entity->parts;
    my $name = $entity->head->recommended_filename;
    my $body = $entity->bodyhandle ? $entity->bodyhandle->as_string : '';
    utf8::encode($name) if defined $name && utf8::is_utf8($name);
    return [ defined $name ? MIME::Base64::encode_base64($name, '') : undef, MIME::Base64::encode_base64($body, '') ];
}

binmode STDIN;
$| = 1;
local $SIG{__WARN__} = sub { };
while (read(STDIN, my $length, 4) == 4) {
    read(STDIN, my $raw, unpack('N', $length));
    my $parser = MIME::Parser->new;
    $parser->output_to_core(1);
    $parser->tmp_to_core(1);
    $parser->extract_nested_messages(1);
    $parser->extract_uuencode(1);
    my @found = eval { leaves($parser->parse_data(\$raw)) };
    print JSON::PP::encode_json($@ ? { failed => 1 } : \@found), "\n";
}
