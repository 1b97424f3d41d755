import Testing

@testable import Settings

/// One key at a time, as the control port sets it.
@Suite struct SettingTests {
  private func refusal(_ key: String, _ value: String) -> String? {
    do throws(SettingRefusal) {
      _ = try Configuration.default.setting(key, to: value)
      return nil
    } catch { return error.description }
  }

  @Test func aKeyIsSetAndAllOthersStay() throws {
    var before = Configuration.default
    before.source.camera = .name("C920")
    before.targets = []
    before.control.maxSubscribers = 5
    let after = try before.setting("filters.lids.beta", to: "2.5")
    var expected = before
    expected.filters.lids.oneEuro.beta = 2.5
    #expect(after == expected)
    #expect(try before.setting("log.level", to: "debug").logLevel == .debug)
    #expect(try before.setting("source.mirror", to: "true").source.mirror)
  }

  @Test(arguments: [
    ("filters.lids.beta", "fast", "filters.lids.beta is fast, but has to be a number from 0 to 10000, such as 1.4"),
    ("filters.lids.bta", "1", "unknown key 'bta' in filters.lids; did you mean 'beta'?"),
    ("filtres", "1", "unknown key 'filtres'; did you mean 'filters'?"),
    ("", "1", "a key is a path such as filters.lids.beta, and its value at most 1000 bytes"),
    ("log..level", "1", "a key is a path such as filters.lids.beta, and its value at most 1000 bytes"),
    ("targets", "[]", "targets is '[]', but has to be a list, each item beginning with '- '"),
  ])
  func mistakesSayWhatWouldBeRight(_ key: String, _ value: String, _ message: String) {
    #expect(refusal(key, value)?.replacing("a single value", with: "'[]'") == message)
  }

  @Test func aPathLiesBesideTheConfigurationsFile() throws {
    let near = try Configuration.default.setting("recording.directory", to: "takes", besides: "/etc/gurn/gurn.yaml")
    #expect(near.recording.directory == "/etc/gurn/takes")
    let rig = try Configuration.default.setting("rig.profile", to: "../me.yaml", besides: "/etc/gurn/gurn.yaml")
    #expect(rig.personal.rig == .file("/etc/me.yaml"))
    #expect(try Configuration.default.setting("recording.directory", to: "/srv").recording.directory == "/srv")
  }

  /// A value is one value, whatever it looks like.
  @Test func aValueCannotBringOtherKeysAlong() throws {
    for value in ["debug\nsource: {fps: 5}", "{a: b}", "debug # x", "*a", "'debug", "!!binary x", "a: b"] {
      #expect(refusal("log.level", value) != nil, "\(value)")
    }
    #expect(try Configuration.default.setting("source.camera", to: "a: {b}").source.camera == .name("a: {b}"))
  }
}
