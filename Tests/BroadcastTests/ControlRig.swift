import Synchronization
import TestSupport

@testable import Broadcast

/// A control port on a free port of the loopback that remembers what it was told to do.
final class ControlRig: Sendable {
  let table: SubscriptionTable
  let port: ControlPort
  private let commands: Commands

  /// What was asked for, shared with the port's thread.
  private final class Commands: Sendable {
    let list = Mutex<[ControlCommand]>([])
  }

  init(_ change: (inout ControlConfiguration) -> Void = { _ in }) throws {
    var configuration = ControlConfiguration()
    configuration.port = 0
    change(&configuration)
    table = SubscriptionTable(limit: configuration.maxSubscribers)
    commands = Commands()
    port = try ControlPort(configuration, table: table, status: { #"{"face":true}"# }) { [commands] command in
      commands.list.withLock { $0.append(command) }
      return command == .recentre ? .refused("not now") : .done("ok")
    }
  }

  deinit { port.stop() }

  /// The commands so far.
  var heard: [ControlCommand] { commands.list.withLock { $0 } }
}
