# Mojolicious.
use Mojolicious::Lite -signatures;

# Its limit for a message is 256 KiB by default.
websocket '/*any' => {any => ''} => sub ($c) {
  $c->tx->max_websocket_size(16 << 20);
  $c->on(text   => sub ($c, $text) { $c->send({text   => $text}) });
  $c->on(binary => sub ($c, $data) { $c->send({binary => $data}) });
};

$| = 1;
print Mojolicious->VERSION, "\n";
app->log->level('fatal');
app->start('daemon', '-l', "http://127.0.0.1:$ARGV[0]");
