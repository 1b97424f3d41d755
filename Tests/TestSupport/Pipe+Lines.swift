import Foundation

extension Pipe {
  /// Reads line by line until one is `last`, which may be for ever; the lines so far where the writers ended before.
  package func lines(until last: (String) -> Bool) -> (lines: [String], isFound: Bool) {
    var lines: [String] = []
    var line: [UInt8] = []
    while let byte = try? fileHandleForReading.read(upToCount: 1)?.first {
      guard byte == UInt8(ascii: "\n") else {
        line.append(byte)
        continue
      }
      lines.append(String(decoding: line, as: UTF8.self))
      line = []
      if let newest = lines.last, last(newest) { return (lines, true) }
    }
    return (lines, false)
  }

  /// The lines up to the first that holds `text`; nil where the writers ended without it.
  package func lines(until text: String) -> [String]? {
    let read = lines { $0.contains(text) }
    return read.isFound ? read.lines : nil
  }
}
