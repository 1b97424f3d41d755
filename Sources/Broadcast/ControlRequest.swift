/// What a message to the control port asks for.
enum ControlRequest: Equatable {
  /// A stream of that name to a port of the sender's host, nil for the sender's own port; with the answer to a challenge.
  case subscribe(schema: String, port: Int?, answer: Int32?)
  case unsubscribe(port: Int?)
  case ping(port: Int?)
  case status
  case command(ControlCommand)

  /// The request of a message; nil if its arguments do not fit its address.
  /// - Throws: ``Unknown`` for an address that is no request's, which is not answered: it could be an answer itself.
  init?(_ message: OSCReader.Message) throws(Unknown) {
    switch message.address {
    case "/gurn/subscribe":
      guard (1...3).contains(message.arguments.count), case .string(let name) = message.arguments[0] else { return nil }
      let numbers = message.arguments.dropFirst().map(\.wholeNumber)
      guard numbers.allSatisfy({ $0 != nil }), let port = Self.port(numbers.first ?? 0) else { return nil }
      let answer = numbers.count == 2 ? numbers[1] : nil
      self = .subscribe(
        schema: name, port: port == 0 ? nil : port, answer: answer.map { Int32(truncatingIfNeeded: $0) })
    case "/gurn/unsubscribe", "/gurn/ping":
      guard message.arguments.count <= 1, let port = Self.port(message.arguments.first.map(\.wholeNumber) ?? 0) else {
        return nil
      }
      self =
        message.address == "/gurn/ping"
        ? .ping(port: port == 0 ? nil : port) : .unsubscribe(port: port == 0 ? nil : port)
    case "/gurn/status": self = .status
    default:
      guard ControlCommand.isKnown(message.address) else { throw Unknown() }
      guard let command = ControlCommand(address: message.address, arguments: message.arguments) else { return nil }
      self = .command(command)
    }
  }

  /// The address is no request's.
  struct Unknown: Error {}

  /// A port, 0 for none; nil for what is neither.
  private static func port(_ number: Int?) -> Int? {
    guard let number, (0...65535).contains(number) else { return nil }
    return number
  }
}

extension OSCArgument {
  /// A number of any type without a fraction.
  fileprivate var wholeNumber: Int? { number.flatMap { Int(exactly: $0) } }
}
