import Synchronization

/// Answers the requests that come to the control port, one at a time on its thread.
final class ControlDesk: Sendable {
  /// What a packet turned out to be.
  enum Verdict: Equatable {
    case taken, malformed, unknown, stranger
  }

  private let configuration: ControlConfiguration
  private let port: Int
  private let table: SubscriptionTable
  private let status: ControlPort.StatusReport
  private let onCommand: ControlPort.CommandHandler
  private let send: Sending
  private let challenge = Mutex(AddressChallenge())

  /// Sends an answer through a socket to an address.
  typealias Sending = @Sendable (UDPSocket, [UInt8], ResolvedAddress) -> Void

  init(
    _ configuration: ControlConfiguration, port: Int, table: SubscriptionTable,
    status: @escaping ControlPort.StatusReport, onCommand: @escaping ControlPort.CommandHandler,
    send: @escaping Sending = { $0.send($1, to: $2) }
  ) {
    self.configuration = configuration
    self.port = port
    self.table = table
    self.status = status
    self.onCommand = onCommand
    self.send = send
  }

  /// Who sent a request, and through which socket an answer goes.
  private struct Sender {
    let address: ResolvedAddress
    let socket: UDPSocket
    /// Whether the sender is on this host, which needs no challenge.
    let isLocal: Bool
    /// Bytes of the request, which an answer to a host that may be forged must not exceed.
    let requestBytes: Int
  }

  func receive(_ packet: UnsafeRawBufferPointer, from address: ResolvedAddress, through socket: UDPSocket) -> Verdict {
    let host = address.hostBytes
    let isLocal = NetworkPrefix.loopback.contains { $0.contains(host) }
    guard address.port != 0, isLocal || configuration.networks.contains(where: { $0.contains(host) }) else {
      return .stranger
    }
    guard packet.count <= 8192, let messages = try? OSCReader.read(packet) else { return .malformed }
    let sender = Sender(address: address, socket: socket, isLocal: isLocal, requestBytes: packet.count)
    var verdict = Verdict.taken
    for message in messages where !answer(message, to: sender) { verdict = .unknown }
    return verdict
  }

  /// Does what a message asks for; false if it asks for nothing.
  private func answer(_ message: OSCReader.Message, to sender: Sender) -> Bool {
    let now = monotonicSeconds()
    guard let request = try? ControlRequest(message) else { return false }
    switch request {
    case .subscribe(let schema, let port, let answer): subscribe(sender, schema, port, answer, now)
    case .unsubscribe(let port):
      // Who had a stream until now is known to hear the answer.
      let isTrusted = isTrusted(sender)
      let count = table.unsubscribe(sender.address, port: port)
      reply(
        "/gurn/done", [.string(message.address), .string("\(count) ended")], to: sender, isTrusted: isTrusted)
    case .ping(let port):
      table.renew(sender.address, port: port, now: now)
      reply("/gurn/pong", [], to: sender)
    case .status:
      table.renew(sender.address, port: nil, now: now)
      if isTrusted(sender) { reply("/gurn/status.reply", [.string(status())], to: sender) }
    case .command(let command):
      table.renew(sender.address, port: nil, now: now)
      guard isTrusted(sender) else {
        refuse(message.address, "subscribe first", to: sender)
        return true
      }
      switch onCommand(command) {
      case .done(let text): reply("/gurn/done", [.string(message.address), .string(text)], to: sender)
      case .refused(let text): refuse(message.address, text, to: sender)
      }
    }
    return true
  }

  /// Whether the sender is known to hear what is sent to it: on this host, or with a stream that it answered a challenge for.
  private func isTrusted(_ sender: Sender) -> Bool { sender.isLocal || table.hasSubscriber(onHostOf: sender.address) }

  private func subscribe(_ sender: Sender, _ text: String, _ port: Int?, _ answer: Int32?, _ now: Double) {
    let request = "/gurn/subscribe"
    if !sender.isLocal, table.renew(sender.address, port: port, now: now) == 0 || answer != nil {
      let isAnswered = answer.map { answer in
        challenge.withLock { $0.accepts(answer, from: sender.address, now: now) }
      }
      guard isAnswered == true else {
        let question = challenge.withLock { $0.challenge(for: sender.address, now: now) }
        return reply("/gurn/challenge", [.int32(question)], to: sender)
      }
    }
    guard let (schema, face) = self.schema(named: text) else {
      return refuse(request, "there is no schema '\(text.prefix(40))'; known: \(schemaNames)", to: sender)
    }
    if let face, !(0..<table.faceCount).contains(face) {
      let known = table.faceCount == 1 ? "0 only" : "0 to \(table.faceCount - 1)"
      return refuse(request, "there is no face \(face): by tracking.max_faces there is \(known)", to: sender)
    }
    let name = schema.name + (face.map { ":\($0)" } ?? "")
    var target = sender.address
    target.port = port ?? sender.address.port
    if sender.isLocal, target.port == self.port {
      return refuse(request, "port \(self.port) is the control port itself; name the one you listen on", to: sender)
    }
    do {
      let socket = sender.isLocal ? nil : try ownSocket(to: target, besides: sender.socket)
      let result = try table.subscribe(
        target, source: sender.address, name: name, schema: schema, face: face, socket: socket, now: now)
      switch result {
      case .done:
        reply(
          "/gurn/done", [.string(request), .string("\(name) to \(target.description), renew within 10 s")], to: sender)
      case .full: refuse(request, "all \(configuration.maxSubscribers) streams are taken", to: sender)
      }
    } catch {
      refuse(request, "\(error)", to: sender)
    }
  }

  /// A socket for one subscriber on another host, from the control port to it, so that firewalls and connected clients take it.
  private func ownSocket(to target: ResolvedAddress, besides shared: UDPSocket) throws -> UDPSocket {
    if let socket = table.socket(of: target) { return socket }
    guard var local = shared.localAddress else { throw UDPSocket.Failure.last }
    local.port = port
    try shared.setSharing(true)
    defer { try? shared.setSharing(false) }
    let socket = try UDPSocket(boundTo: local, sharesPort: true)
    try socket.connect(to: target)
    return socket
  }

  /// A schema by its name, behind which a colon and a face's number may stand.
  private func schema(named name: String) -> (SchemaConfiguration, face: Int?)? {
    if let schema = schema(exactly: name) { return (schema, nil) }
    guard let colon = name.lastIndex(of: ":"), let face = Int(name[name.index(after: colon)...]),
      let schema = schema(exactly: String(name[..<colon]))
    else { return nil }
    return (schema, face)
  }

  private func schema(exactly name: String) -> SchemaConfiguration? {
    if let template = configuration.templates.first(where: { $0.name == name }) { return .template(template) }
    return SchemaKind(rawValue: name)?.configuration
  }

  private var schemaNames: String {
    (SchemaKind.allCases.filter { $0.configuration != nil }.map(\.rawValue) + configuration.templates.map(\.name))
      .joined(separator: ", ")
  }

  private func refuse(_ address: String, _ text: String, to sender: Sender) {
    reply("/gurn/fail", [.string(address), .string(text)], to: sender)
  }

  private func reply(
    _ address: String, _ arguments: [OSCArgument], to sender: Sender, isTrusted: Bool? = nil
  ) {
    guard let bytes = OSCPacket.bytes(address, arguments) else { return }
    guard isTrusted ?? self.isTrusted(sender) || bytes.count <= sender.requestBytes else { return }
    send(sender.socket, bytes, sender.address)
  }
}

/// One message as a packet.
package enum OSCPacket {
  /// The packet's bytes; nil for what no packet can hold.
  package static func bytes(_ address: String, _ arguments: [OSCArgument]) -> [UInt8]? {
    var layout = PacketLayout(isBundled: false)
    guard (try? layout.add(address, arguments)) != nil, let set = try? layout.finish() else { return nil }
    var bytes: [UInt8] = []
    set.forEach { bytes.append(contentsOf: $0) }
    return bytes
  }
}
