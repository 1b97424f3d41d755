import Foundation

/// What has arrived on a port: one row an address (and name, for VMC's blend values), with the newest arguments and the rate.
struct ArrivalTable {
  private struct Row {
    var arguments: String
    var count = 0
    var ratePerSecond = 0.0
    var countAtLastRate = 0
  }

  private var rows: [String: Row] = [:]
  private(set) var messages = 0
  private var lastRate: Double?

  /// Takes one message. A leading string argument belongs to the row's name: `/VMC/Ext/Blend/Val JawOpen`.
  mutating func add(address: String, arguments: [String], leadingString: String?) {
    let name = leadingString.map { "\(address) \($0)" } ?? address
    let shown = (leadingString == nil ? arguments[...] : arguments.dropFirst()).joined(separator: " ")
    rows[name, default: Row(arguments: shown)].arguments = shown
    rows[name]!.count += 1
    messages += 1
  }

  /// Brings the rates up to date; `now` in seconds of any steady clock.
  mutating func measure(at now: Double) {
    guard let lastRate, now > lastRate else {
      self.lastRate = now
      return
    }
    for name in rows.keys {
      let row = rows[name]!
      rows[name]!.ratePerSecond = Double(row.count - row.countAtLastRate) / (now - lastRate)
      rows[name]!.countAtLastRate = row.count
    }
    self.lastRate = now
  }

  /// The table, sorted by name, at most `limit` lines of at most `columns` characters.
  func lines(limit: Int, columns: Int) -> [String] {
    let names = rows.keys.sorted()
    let width = min(names.map(\.count).max() ?? 0, max(20, columns / 2))
    let all = names.map { name in
      let row = rows[name]!
      let rate = String(format: "%6.1f/s  ", row.ratePerSecond)
      return String((name.padding(toLength: width, withPad: " ", startingAt: 0) + rate + row.arguments).prefix(columns))
    }
    guard all.count > limit, limit > 1 else { return all }
    return all.prefix(limit - 1) + ["… and \(all.count - limit + 1) more addresses"]
  }
}
