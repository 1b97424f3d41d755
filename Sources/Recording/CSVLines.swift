import Foundation

/// The header and the rows of a CSV without quotes, as recordings have it.
struct CSVLines {
  typealias Row = (line: Int, fields: [Substring])

  let path: String
  let header: [String]
  /// The fields of each row that isn't empty, and its line from 1.
  let rows: [Row]
  /// Whether the last line has no line feed: its end may be missing.
  let endsOpen: Bool

  /// Hours of curves are some hundred megabytes; what is larger is a mix-up.
  private static let mostBytes = 1 << 29

  /// - Throws: ``RecordingError/unreadable(path:line:reason:)`` for what is no text or has no header.
  init(path: String) throws(RecordingError) {
    func fault(_ reason: String) -> RecordingError { .unreadable(path: path, line: nil, reason: reason) }
    var info = stat()
    guard stat(path, &info) == 0 else { throw fault(String(cString: strerror(errno)).lowercased()) }
    guard info.st_mode & S_IFMT == S_IFREG else { throw fault("is no regular file; a CSV is needed") }
    guard info.st_size <= Self.mostBytes else { throw fault("is larger than 512 MiB") }
    guard let data = FileManager.default.contents(atPath: path) else { throw fault("can't be read") }
    guard let text = String(data: data, encoding: .utf8), !text.utf8.contains(0) else {
      throw fault("is no UTF-8 text; a CSV of a face is needed")
    }
    try self.init(text: text, path: path)
  }

  init(text: String, path: String) throws(RecordingError) {
    self.path = path
    // Some editors put a mark of the byte order first.
    let text = text.hasPrefix("\u{feff}") ? String(text.dropFirst()) : text
    endsOpen = text.utf8.last.map { $0 != UInt8(ascii: "\n") } ?? false
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated()
      .filter { !$0.element.isEmpty }
    guard let head = lines.first else {
      throw .unreadable(path: path, line: nil, reason: "is empty; a header row is needed")
    }
    header = head.element.split(separator: ",", omittingEmptySubsequences: false).map {
      $0.trimmingCharacters(in: .whitespaces)
    }
    rows = lines.dropFirst().map {
      (line: $0.offset + 1, fields: $0.element.split(separator: ",", omittingEmptySubsequences: false))
    }
  }

  /// The column of a name in upper or lower case, nil where there is none.
  func column(_ name: String) -> Int? { header.firstIndex { $0.lowercased() == name.lowercased() } }

  /// A field's number.
  ///
  /// - Throws: ``RecordingError/unreadable(path:line:reason:)`` for what is none.
  func number(_ row: Row, _ column: Int) throws(RecordingError) -> Double {
    let text = row.fields[column].trimmingCharacters(in: .whitespaces)
    guard let value = Double(text), value.isFinite else {
      throw .unreadable(path: path, line: row.line, reason: "\(header[column]) is “\(text)”; a number is needed")
    }
    return value
  }
}
