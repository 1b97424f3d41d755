/// What can go wrong with a source of frames. Each is one line that names the source.
package enum CaptureError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file can't be opened or has no video: path and reason.
  case unreadable(path: String, reason: String)
  /// No capture device answers to that name: the devices there are, and why others could not be asked.
  case noCamera(name: String, known: [String], unreadable: [String])
  /// A camera doesn't take a setting: what, and what it takes.
  case setting(path: String, reason: String)
  /// A device call failed: which, on what, and the system's word for it.
  case device(path: String, call: String, reason: String)

  package var description: String {
    switch self {
    case .unreadable(let path, let reason), .setting(let path, let reason): "\(path): \(reason)"
    case .noCamera(let name, let known, let unreadable):
      "camera “\(name)”: \(Self.inventory(known: known, unreadable: unreadable))"
    case .device(let path, let call, let reason): "\(path): \(call): \(reason)"
    }
  }

  private static func inventory(known: [String], unreadable: [String]) -> String {
    let refusals = unreadable.joined(separator: "; ")
    return switch (known.isEmpty, unreadable.isEmpty) {
    case (true, true): "no camera found (no /dev/video* device captures video)"
    case (true, false): "no camera can be read (\(refusals))"
    case (false, true): "not found; there are \(known.joined(separator: ", "))"
    case (false, false): "not found; there are \(known.joined(separator: ", ")), and unreadable: \(refusals)"
    }
  }
}
