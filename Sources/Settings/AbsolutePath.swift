import Foundation

/// The absolute form of a path from a configuration file: `~/` is the home folder, and what is relative lies beside the file,
/// as a daemon's working folder is nothing that its user chose.
func absolutePath(_ path: String, besides file: String) -> String {
  if path.hasPrefix("~/") { return NSHomeDirectory() + path.dropFirst() }
  let folder = URL(fileURLWithPath: file).deletingLastPathComponent()
  return URL(fileURLWithPath: path, relativeTo: folder).standardizedFileURL.path
}
