import Foundation

/// A clip with labels.
package struct LabelledClip: Sendable {
  package enum Origin: String, Codable, Sendable {
    /// Rendered, with the truth of every frame.
    case session
    /// Recorded, with another network's words as reference.
    case recording
  }

  package var name: String
  package var origin: Origin
  package var video: String
  package var labels: String
  /// What is known of person and light by name, such as `light` → `side`; empty where nothing is.
  package var traits: [String: String]
}

/// Finds clips in folders.
package enum ClipList {
  /// Clips of a folder with labels `NAME.csv` beside `NAME.mp4`; where there is a `sessions.csv`, those that it lists.
  package static func sessions(_ folder: String) throws(AccuracyError) -> [LabelledClip] {
    let all = try clips(folder, labels: folder, origin: .session)
    let listed = all.filter { !$0.traits.isEmpty }
    return listed.isEmpty ? all : listed
  }

  /// Clips of a folder with labels in its folder `labels`.
  package static func recordings(_ folder: String) throws(AccuracyError) -> [LabelledClip] {
    try clips(folder, labels: folder + "/labels", origin: .recording)
  }

  /// Whether a clip's name fits one of the patterns, `*` and `?`, parted by commas; nil fits all.
  package static func isWanted(_ name: String, by pattern: String?) -> Bool {
    guard let pattern else { return true }
    return pattern.split(separator: ",").contains { fnmatch(String($0), name, 0) == 0 }
  }

  private static func clips(
    _ folder: String, labels: String, origin: LabelledClip.Origin
  ) throws(AccuracyError) -> [LabelledClip] {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
      throw .unreadable(path: folder, fault: "is no folder that can be read; a folder with NAME.mp4 is needed")
    }
    guard FileManager.default.fileExists(atPath: labels) else {
      throw .unreadable(path: labels, fault: "is no folder that can be read; a folder with NAME.csv is needed")
    }
    let traits = try traits(folder + "/sessions.csv")
    return names.filter { $0.hasSuffix(".mp4") }.sorted().compactMap { file in
      let name = String(file.dropLast(4))
      let path = labels + "/\(name).csv"
      guard FileManager.default.fileExists(atPath: path) else { return nil }
      return LabelledClip(
        name: name, origin: origin, video: "\(folder)/\(file)", labels: path, traits: traits[name] ?? [:])
    }
  }

  /// Name → column → value of a CSV whose first column is `name`; empty where there is no such file.
  static func traits(_ path: String) throws(AccuracyError) -> [String: [String: String]] {
    guard FileManager.default.fileExists(atPath: path) else { return [:] }
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw .unreadable(path: path, fault: "is no text")
    }
    let rows = text.split(whereSeparator: \.isNewline).map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    guard let head = rows.first, head.first == "name" else {
      throw .unreadable(path: path, fault: "the first column of the header is not “name”")
    }
    var result: [String: [String: String]] = [:]
    for (number, row) in rows.enumerated().dropFirst() {
      guard row.count == head.count else {
        throw .unreadable(
          path: path, fault: "line \(number + 1) has \(row.count) fields, the header has \(head.count)")
      }
      result[row[0]] = Dictionary(zip(head, row).dropFirst()) { first, _ in first }
    }
    return result
  }
}
