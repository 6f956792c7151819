# frozen_string_literal: true

# A server made with the gem em-websocket and a client made with the gem websocket, in an old draft, with one defect
# seeded by the scenario's name: VERSION-DEFECT, or VERSION-clean.

require 'em-websocket'
require 'socket'
require 'websocket'

WebSocket.should_raise = true
scenario, port = ARGV
version, defect = scenario.split('-', 2)
version = version.to_i

# What the server's socket makes of what the gem writes, by defect.
SERVERS = {
  'location' => ->(bytes) { bytes.sub('Location: ws://127.0.0.1', 'Location: ws://127.0.0.2') },
  'origin' => ->(bytes) { bytes.sub('Origin: http://here.example', 'Origin: http://there.example') },
  'answer' => ->(bytes) { bytes.include?("\r\n\r\n") ? bytes[0..-2] + (bytes[-1].ord ^ 1).chr : bytes },
  'upgrade' => ->(bytes) { bytes.sub(/^Upgrade: .*\r\n/, '') }
}.freeze

# What the client writes besides, by defect; the frames of `version` are those of the gem.
CLIENTS = {
  'rsv' => ->(frame) { frame[:text, 'reserved'].tap { |bytes| bytes.setbyte(0, bytes.getbyte(0) | 0x40) } },
  'split-ping' => ->(frame) { frame[:ping, 'part'].tap { |bytes| bytes.setbyte(0, bytes.getbyte(0) ^ 0x80) } },
  'continuation' => ->(frame) { frame[:text, 'of nothing'].tap { |bytes| bytes.setbyte(0, bytes.getbyte(0) & 0xF0) } },
  'unmasked' => ->(_) { "\x81\x03abc".b },
  'utf8' => ->(_) { "\x81\x85\0\0\0\0gr\xFC\xDFe".b }
}.freeze

server = fork do
  EM.run do
    seeded = SERVERS[defect]
    EM::WebSocket::Connection.prepend(Module.new { define_method(:send_data) { |bytes| super(seeded.call(bytes.b)) } }) if seeded
    EM::WebSocket.run(host: '127.0.0.1', port: port.to_i) do |socket|
      socket.onmessage { |text| socket.send_text(text.dup) }
      socket.onerror { |_| }
    end
  end
end

begin
  socket = begin
    TCPSocket.new('127.0.0.1', port.to_i)
  rescue Errno::ECONNREFUSED
    sleep 0.05
    retry
  end
  handshake = WebSocket::Handshake::Client.new(
    url: "ws://127.0.0.1:#{port}/chat", version: version, origin: 'http://here.example'
  )
  socket.write(handshake.to_s)
  # The gem's own check of the answer is passed by: the defect may be in it.
  owed = handshake.to_s.include?('Key1') ? 16 : 0
  answer = +''
  answer << socket.readpartial(65_536) until answer.include?("\r\n\r\n") && answer[/\r\n\r\n(.*)/mn, 1].bytesize >= owed
  frame = ->(type, data, code = nil) { WebSocket::Frame::Outgoing::Client.new(version: version, type: type, data: data, code: code).to_s.b }
  socket.write(frame[:text, "Gr\u00fc\u00dfe"])
  sleep 0.2
  socket.write(frame[:text, 'x' * 200])
  sleep 0.2
  socket.write(CLIENTS[defect].call(frame)) if CLIENTS[defect]
  sleep 0.2
  socket.write(frame[:close, '', version >= 7 && version < 75 ? 1000 : nil]) if version != 75
  socket.close_write if version == 75
  sleep 0.3
  socket.close
  sleep 0.2
rescue SystemCallError, IOError => e
  warn e.message
ensure
  Process.kill(:KILL, server)
  Process.wait(server)
end
