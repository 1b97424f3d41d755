import Foundation

/// Puts a report's summary between two markers of a Markdown file.
package enum SummaryFile {
  package static let begin = "<!-- accuracy -->"
  package static let end = "<!-- /accuracy -->"

  /// Replaces what stands between the markers of `path`; everything else stays.
  package static func rewrite(_ path: String, with summary: String) throws(AccuracyError) {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw .unreadable(path: path, fault: "not found or no text; a Markdown file with the markers is needed")
    }
    let changed = try replaced(text, with: summary, path: path)
    do { try changed.write(toFile: path, atomically: true, encoding: .utf8) } catch {
      throw .unwritable(path: path, fault: "can't be written (\(error.localizedDescription))")
    }
  }

  /// The text with the summary in it.
  static func replaced(_ text: String, with summary: String, path: String) throws(AccuracyError) -> String {
    guard let first = text.range(of: begin), let last = text.range(of: end, range: first.upperBound..<text.endIndex)
    else { throw .unreadable(path: path, fault: "has no line “\(begin)” followed by one “\(end)”") }
    return text[..<first.upperBound] + "\n" + summary + "\n" + text[last.lowerBound...]
  }
}
