import Foundation

/// What a session's name stands for: a video, or the curves of a CSV alone.
package enum SessionPath: Equatable, Sendable {
  case video(String)
  case table(String)

  private static let videoEndings = ["mkv", "mp4", "mov", "avi", "webm", "m4v"]

  /// Finds a file, a file without its ending, the one video of a folder, or a session that ships with Gurn.
  ///
  /// - Throws: ``PipelineError`` where there is none, or several.
  package init(_ name: String) throws(PipelineError) {
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: name, isDirectory: &isFolder) {
      self = Self.kind(of: isFolder.boolValue ? try Self.onlyVideo(in: name) : name)
      return
    }
    let tried = (Self.videoEndings + ["csv"]).map { "\(name).\($0)" }
    if let found = tried.first(where: ResourceFolders.isThere) {
      self = Self.kind(of: found)
      return
    }
    if !name.contains("/"),
      let shipped = try? ResourceFolders.find("Sessions/\(name).mp4", installed: "sessions/\(name).mp4")
    {
      self = .video(shipped)
      return
    }
    throw .missing(what: name, tried: [name] + tried + ["Gurn's own sessions"])
  }

  /// The video, for what has to see frames.
  ///
  /// - Throws: ``PipelineError/unavailable(_:)`` for curves.
  package func video() throws(PipelineError) -> String {
    switch self {
    case .video(let path): return path
    case .table(let path): throw .unavailable("\(path): holds curves only; a video is needed")
    }
  }

  private static func kind(of path: String) -> SessionPath {
    path.lowercased().hasSuffix(".csv") ? .table(path) : .video(path)
  }

  private static func onlyVideo(in folder: String) throws(PipelineError) -> String {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let videos = names.filter { name in videoEndings.contains { name.lowercased().hasSuffix("." + $0) } }.sorted()
    guard videos.count == 1 else {
      let found = videos.isEmpty ? "no video" : "several videos (\(videos.prefix(5).joined(separator: ", ")))"
      throw .unavailable("\(folder): is a folder with \(found); give one file")
    }
    return folder + "/" + videos[0]
  }
}
