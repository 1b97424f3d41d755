import Synchronization

/// Who listens to which messages.
final class ListenerList: Sendable {
  /// A client's listening, by the index of the message.
  struct Listener: Sendable {
    let outbox: ClientOutbox
    var messages: Set<Int> = []
  }

  private struct State {
    var listeners: [Int: Listener] = [:]
    var nextID = 0
  }

  private let state = Mutex(State())
  private let onChange: @Sendable (_ anyoneListens: Bool) -> Void

  /// `onChange` is told after every change, in its order, whether anyone listens to anything; it must not call the list.
  init(onChange: @escaping @Sendable (_ anyoneListens: Bool) -> Void) { self.onChange = onChange }

  /// Adds a client that listens to nothing yet; returns what it is called by.
  func add(_ outbox: ClientOutbox) -> Int {
    change { state in
      state.nextID += 1
      state.listeners[state.nextID] = Listener(outbox: outbox)
      return state.nextID
    }
  }

  func remove(_ id: Int) { change { $0.listeners[id] = nil } }

  func listen(_ id: Int, to message: Int) { change { _ = $0.listeners[id]?.messages.insert(message) } }

  func ignore(_ id: Int, message: Int) { change { _ = $0.listeners[id]?.messages.remove(message) } }

  /// Those who listen to something.
  var listening: [Listener] { state.withLock { $0.listeners.values.filter { !$0.messages.isEmpty } } }

  /// How many clients are connected.
  var count: Int { state.withLock { $0.listeners.count } }

  private func change<Result: Sendable>(_ body: (inout State) -> Result) -> Result {
    state.withLock { state in
      defer { onChange(state.listeners.values.contains { !$0.messages.isEmpty }) }
      return body(&state)
    }
  }
}
