# DBD::SQLite.
use strict;
use warnings;
use DBI qw(:sql_types);

my ($extension) = @ARGV;
my $db = DBI->connect('dbi:SQLite:dbname=:memory:', '', '', { RaiseError => 1, PrintError => 0 });
$db->sqlite_enable_load_extension(1);
$db->sqlite_load_extension($extension);
$db->{sqlite_allow_multiple_statements} = 1;
open(my $file, '<', 'tests/clients/scores.sql') or die $!;
$db->do(do { local $/; <$file> });

# Without a type a value is bound as text, and a matrix is a blob: SQL_BLOB.
sub run {
    my ($sql, @matrices) = @_;
    my $statement = $db->prepare($sql);
    $statement->bind_param($_, $matrices[$_ - 1], SQL_BLOB) for 1 .. @matrices;
    $statement->execute;
    return $statement->fetchall_arrayref;
}

my $matrix = run("SELECT score_matrix(model, question, score) FROM results WHERE model <> 'newcomer'")->[0][0];
print 'matrix ', length($matrix), " bytes\n";
print "@$_\n" for @{ run("SELECT rank, question FROM coreset_select(?, '10%')", $matrix) };
my $answers = run("SELECT score_matrix(model, question, score) FROM results WHERE model = 'newcomer'
  AND question IN (SELECT question FROM coreset_select(?, '10%'))", $matrix)->[0][0];
printf("%s %.3f %.3f %.3f\n", @$_)
    for @{ run('SELECT model, predicted, lower, upper FROM coreset_predict(?, ?)', $matrix, $answers) };

eval { run('SELECT rank FROM coreset_select(?, 61)', $matrix) };
print "error names coreset_select() and k\n" if $@ =~ /coreset_select\(\): k/;

# Perl handles signals, Ctrl-C too, between two of its own operations: a progress handler is such a place.
my $interrupted = 0;
local $SIG{INT} = sub { $interrupted = 1 };
$db->sqlite_progress_handler(10000, sub { return $interrupted });
my $parent = $$;
if (fork() == 0) { select(undef, undef, undef, 0.3); kill('INT', $parent); require POSIX; POSIX::_exit(0) }
eval { run("SELECT count(*) FROM coreset_evaluate(?, '10%') WHERE seeds = 1000000", $matrix) };
print $@ =~ /interrupted/ ? "interrupted\n" : "not interrupted: $@\n";
$db->sqlite_progress_handler(0, undef);
print run('SELECT count(*) FROM results')->[0][0], " rows\n";
