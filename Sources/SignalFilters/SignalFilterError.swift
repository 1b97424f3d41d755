/// A filter setting that cannot work.
package enum SignalFilterError: Error, Equatable, CustomStringConvertible {
  /// A setting has to be a finite number above 0.
  case notPositive(setting: String, value: Double)
  /// A setting has to be a finite number of at least 0.
  case negative(setting: String, value: Double)

  package var description: String {
    switch self {
    case .notPositive(let setting, let value): "\(setting) is \(value), but has to be a finite number above 0"
    case .negative(let setting, let value): "\(setting) is \(value), but has to be a finite number, 0 or more"
    }
  }
}
