# What SpamAssassin's rules would look at in a message, one line of JSON for each file named on the command line.
use strict;
use warnings;
use JSON::PP;
use Mail::SpamAssassin;

my $rules = '/usr/share/spamassassin';
my $spamassassin = Mail::SpamAssassin->new({
    local_tests_only => 1, dont_copy_prefs => 1, userprefs_filename => '/dev/null', username => 'nobody',
    rules_filename => $rules, site_rules_filename => '/etc/spamassassin',
});
$spamassassin->init(1);
my $json = JSON::PP->new->canonical->ascii;

my @modifiers = ('', ':raw', ':addr', ':name', ':first', ':last', ':addr:host', ':host', ':domain', ':ip', ':revip',
    ':name:raw', ':first:addr', ':addr:domain');
my @fields = qw(From To Cc Subject Reply-To Sender Message-ID Received X-Mailer Date Content-Type Return-Path
    X-Originating-IP References Resent-From ToCc MESSAGEID EnvelopeFrom);
my @pseudo = qw(ALL ALL:raw ALL-TRUSTED ALL-UNTRUSTED ALL-INTERNAL ALL-EXTERNAL ALL-TRUSTED:raw ALL-UNTRUSTED:raw
    X-Spam-Relays-Trusted X-Spam-Relays-Untrusted X-Spam-Relays-Internal X-Spam-Relays-External X-SenderDomain
    X-AuthorDomain);
my @mime = qw(Content-Type Content-Disposition Content-Type:raw ALL ALL:raw);
my @flags = qw(missing_head_body_separator missing_mime_headers missing_mime_head_body_separator mime_epilogue_exists
    truncated_header mimepart_limit_exceeded);

sub octets {
    my ($text) = @_;
    utf8::encode($text) if defined $text && utf8::is_utf8($text);
    return $text;
}

sub plain {
    my ($value) = @_;
    return [map { plain($_) } @$value] if ref $value eq 'ARRAY';
    return {map { octets($_) => plain($value->{$_}) } keys %$value} if ref $value eq 'HASH';
    return octets($value);
}

sub header_of {
    my ($status, $name) = @_;
    my @values = $status->get($name);
    return @values ? octets(join($values[0] =~ /\n\z/ ? '' : "\n", @values)) : undef;
}

sub mime_of {
    my ($part, $name) = @_;
    my $raw = $name =~ s/:raw$//;
    return octets(scalar $part->get_all_headers($raw, 0)) if $name eq 'ALL';
    return octets($raw ? scalar $part->raw_header($name) : scalar $part->get_header($name));
}

sub links_of {
    my ($status) = @_;
    my %links = %{$status->get_uri_detail_list || {}};
    return {map {
        my $link = $links{$_};
        octets($_) => {
            types => [sort keys %{$link->{types} || {}}],
            cleaned => [sort map { octets($_) } @{$link->{cleaned} || []}],
            anchor => plain($link->{anchor_text} || []),
            domains => [sort map { octets($_) } keys %{$link->{domains} || {}}],
            hosts => plain($link->{hosts} || {}),
        }
    } keys %links};
}

sub pages_of {
    my ($message) = @_;
    return [map { my %page = %$_; delete @page{qw(uri uri_detail)}; plain(\%page) } @{$message->{metadata}{html_all} || []}];
}

$| = 1;
for my $file (@ARGV) {
    open my $handle, '<:raw', $file or die "$file: $!";
    my $raw = do { local $/; <$handle> };
    close $handle;
    my $message = $spamassassin->parse($raw, 1);
    my $status = Mail::SpamAssassin::PerMsgStatus->new($spamassassin, $message);
    $status->extract_message_metadata;
    my @parts = $message->find_parts(qr/./);
    my @names = (@pseudo, map { my $field = $_; map { "$field$_" } @modifiers } @fields);
    print $json->encode({
        file => $file,
        header => {map { $_ => header_of($status, $_) } @names},
        body => plain($message->get_rendered_body_text_array),
        visible => plain($message->get_visible_rendered_body_text_array),
        invisible => plain($message->get_invisible_rendered_body_text_array),
        rawbody => plain($message->get_decoded_body_text_array),
        full => $message->get_pristine,
        uris => [sort map { octets($_) } $status->get_uri_list],
        links => links_of($status),
        pages => pages_of($message),
        mime => {map { my $name = $_; $name => [map { mime_of($_, $name) } @parts] } @mime},
        types => [map { $_->{type} } @parts],
        names => [map { octets($_->{name}) } @parts],
        from => [sort map { octets($_) } $status->all_from_addrs],
        to => [map { octets($_) } $status->all_to_addrs],
        flags => [(grep { $message->{$_} } @flags), $status->{uri_truncated} ? 'uri_truncated' : ()],
        relays => [map { $status->{$_} } qw(num_relays_unparseable last_trusted_relay_index last_internal_relay_index)],
    }), "\n";
    $status->finish;
    $message->finish;
}
