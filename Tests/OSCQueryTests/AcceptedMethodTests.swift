import Broadcast
import Testing

@testable import OSCQuery

@Suite struct AcceptedMethodTests {
  /// The requests that are no commands (ControlRequest).
  private let requests = ["/gurn/subscribe", "/gurn/unsubscribe", "/gurn/ping", "/gurn/status"]

  @Test(arguments: AcceptedMethod.control) func theControlPortObeysWhatIsDescribed(method: AcceptedMethod) {
    guard !requests.contains(method.address) else { return }
    let arguments = method.types.map { $0 == "s" ? OSCArgument.string("filters.lids.beta") : .int32(1) }
    #expect(ControlCommand(address: method.address, arguments: arguments) != nil)
  }

  @Test func noMethodIsBothSentAndObeyed() throws {
    let sent = Set(try SentMessages(faces: 1).messages.map(\.address))
    #expect(sent.isDisjoint(with: AcceptedMethod.control.map(\.address)))
    #expect(Set(AcceptedMethod.control.map(\.address)).count == AcceptedMethod.control.count)
  }
}
