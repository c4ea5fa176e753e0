# What SpamAssassin itself says of messages: for each path on a line of its input one line of JSON. No network, no Bayes,
# nothing learnt. Arguments: the directory of its rules, that of the site's, more configuration.
use strict;
use warnings;
use JSON::PP;
use Mail::SpamAssassin;

my ($rules, $site, $more) = @ARGV;
my $main = Mail::SpamAssassin->new({
    local_tests_only => 1, dont_copy_prefs => 1, userprefs_filename => '/dev/null', username => 'nobody',
    rules_filename => $rules, site_rules_filename => $site,
    post_config_text => "use_bayes 0\nuse_learner 0\n" . ($more // ''),
});
$main->init(1);
my $json = JSON::PP->new->canonical->latin1;
$| = 1;
while (my $path = <STDIN>) {
    chomp $path;
    open my $file, '<:raw', $path or die "$path: $!";
    my $raw = do { local $/; <$file> };
    my $message = $main->parse($raw, 1);
    my $status = $main->check($message);
    my %hits = %{$status->{tests_already_hit}};
    delete @hits{grep { !$hits{$_} } keys %hits};
    $_ += 0 for values %hits;
    print $json->encode({ hits => \%hits, score => 0 + $status->get_score }), "\n";
    $status->finish;
    $message->finish;
}
