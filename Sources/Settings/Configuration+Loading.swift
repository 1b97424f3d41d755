import Foundation

extension Configuration {
  /// More than anyone writes by hand; a larger file is a mix-up.
  private static let maximumBytes = 1 << 20

  /// Reads the file at `path`, or without one the user's or the system's, or without these the defaults.
  /// - Throws: ``SettingsError``.
  package static func load(
    path: String?, environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(SettingsError) -> Configuration {
    guard let file = path ?? locate(environment: environment) else { return .default }
    return try parse(yaml: try text(of: file), file: file)
  }

  /// The configuration `file` by the XDG Base Directory Specification: the first that exists of
  /// `$XDG_CONFIG_HOME/gurn/gurn.yaml` (by default `~/.config/…`) and `gurn/gurn.yaml` in each of `$XDG_CONFIG_DIRS` (by
  /// default `/etc/xdg`). Relative folders in these variables are passed over, as the specification demands.
  package static func locate(
    file: String = "gurn.yaml", environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> String? {
    func folders(_ variable: String, _ fallback: [String]) -> [String] {
      guard let value = environment[variable], !value.isEmpty else { return fallback }
      return value.split(separator: ":").map(String.init)
    }
    let home = environment["HOME"].map { [$0 + "/.config"] } ?? []
    let all = folders("XDG_CONFIG_HOME", home) + folders("XDG_CONFIG_DIRS", ["/etc/xdg"])
    return all.filter { $0.hasPrefix("/") }.map { $0 + "/gurn/" + file }
      .first { FileManager.default.fileExists(atPath: $0) }
  }

  private static func text(of file: String) throws(SettingsError) -> String {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: file, isDirectory: &isFolder) else {
      throw .unreadable(file: file, reason: "there is no such file")
    }
    guard !isFolder.boolValue else {
      throw .unreadable(file: file, reason: "this is a folder, but has to be a YAML file")
    }
    guard let handle = FileHandle(forReadingAtPath: file),
      let data = try? handle.read(upToCount: maximumBytes + 1) ?? Data()
    else { throw .unreadable(file: file, reason: "the file cannot be read; check its permissions") }
    guard data.count <= maximumBytes else {
      throw .unreadable(file: file, reason: "the file is larger than 1 MiB; a configuration is a few kilobytes of YAML")
    }
    guard let text = String(data: data, encoding: .utf8) else {
      throw .unreadable(file: file, reason: "the file is not UTF-8 text, but has to be YAML in UTF-8")
    }
    return text
  }
}
