import Testing

@testable import Settings

@Suite struct MistakeTests {
  private func mistakes(_ yaml: String) -> [String] {
    do throws(SettingsError) {
      _ = try Configuration.parse(yaml: yaml, file: "gurn.yaml")
      return []
    } catch {
      return error.description.split(separator: "\n").map(String.init)
    }
  }

  @Test(arguments: [
    (
      "source:\n  fsp: 60\n",
      "gurn.yaml:2:3: unknown key 'fsp' in source; did you mean 'fps'?"
    ),
    (
      "sauce:\n  fps: 60\n",
      "gurn.yaml:1:1: unknown key 'sauce'; did you mean 'source'?"
    ),
    (
      "log:\n  colour: red\n",
      "gurn.yaml:2:3: unknown key 'colour' in log; known here: level"
    ),
    (
      "filters:\n  lids:\n    min_cutof_hz: 2\n",
      "gurn.yaml:3:5: unknown key 'min_cutof_hz' in filters.lids; did you mean 'min_cutoff_hz'?"
    ),
    (
      "mqtt: {hots: broker}\n",
      "gurn.yaml:1:8: unknown key 'hots' in mqtt; did you mean 'host'?"
    ),
    (
      "mqtt:\n  port: 0\n",
      "gurn.yaml:2:9: mqtt.port is 0, but has to be a whole number from 1 to 65535, such as 1883"
    ),
    (
      "mqtt:\n  prefix: studio/+\n",
      "gurn.yaml:2:11: mqtt.prefix is studio/+, but has to be the beginning of MQTT topics, such as gurn or studio/faces, "
        + "without + and # and empty levels"
    ),
    (
      "mqtt:\n  actor: a/b\n",
      "gurn.yaml:2:10: mqtt.actor is a/b, but has to be one level of MQTT topics, such as anna, without /, + and #"
    ),
    (
      "mqtt:\n  password_file: x\n",
      "gurn.yaml:2:18: mqtt.password_file is x, but is the password of username, which is not set"
    ),
    (
      "source:\n  fps: fast\n",
      "gurn.yaml:2:8: source.fps is fast, but has to be a whole number from 1 to 240, such as 30"
    ),
    (
      "source:\n  fps: 500\n",
      "gurn.yaml:2:8: source.fps is 500, but has to be a whole number from 1 to 240, such as 30"
    ),
    (
      "source:\n  fps: '30'\n",
      "gurn.yaml:2:8: source.fps is '30', but has to be a whole number from 1 to 240, such as 30"
    ),
    (
      "source:\n  fps: 29.97\n",
      "gurn.yaml:2:8: source.fps is 29.97, but has to be a whole number from 1 to 240, such as 30"
    ),
    (
      "source:\n  fps:\n",
      "gurn.yaml:2:7: source.fps is empty, but has to be a whole number from 1 to 240, such as 30"
    ),
    (
      "source:\n  width: [640]\n",
      "gurn.yaml:2:10: source.width is a list, but has to be a whole number from 64 to 8192, such as 640"
    ),
    (
      "filters:\n  lids: {beta: .nan}\n",
      "gurn.yaml:2:16: filters.lids.beta is .nan, but has to be a number from 0 to 10000, such as 1.4"
    ),
    (
      "filters:\n  brows: {beta: -1}\n",
      "gurn.yaml:2:17: filters.brows.beta is -1, but has to be a number from 0 to 10000, such as 0.31"
    ),
    (
      "source:\n  mirror: maybe\n",
      "gurn.yaml:2:11: source.mirror is maybe, but has to be true or false"
    ),
    (
      "source:\n  camera: ''\n",
      "gurn.yaml:2:11: source.camera is '', but has to be a text, such as auto"
    ),
    (
      "source:\n  rotate: 45\n",
      "gurn.yaml:2:11: source.rotate is 45, but has to be one of 0, 90, 180, 270"
    ),
    (
      "source:\n  exposure: fast\n",
      "gurn.yaml:2:13: source.exposure is fast, but has to be one of keep, auto or milliseconds from 0.1 to 10000"
    ),
    (
      "source:\n  power_line: 55\n",
      "gurn.yaml:2:15: source.power_line is 55, but has to be one of keep, off, 50, 60, auto; did you mean '50'?"
    ),
    (
      "source:\n  controls: {gain: much}\n",
      "gurn.yaml:2:20: source.controls.gain is much, but has to be a whole number, or true or false"
    ),
    (
      "source:\n  controls: 7\n",
      "gurn.yaml:2:13: source.controls is 7, but has to be a section of names and whole numbers"
    ),
    (
      "recording:\n  keep_parts: -1\n",
      "gurn.yaml:2:15: recording.keep_parts is -1, but has to be a whole number from 0 to 1000000, such as 0"
    ),
    (
      "tracking:\n  executor: gll\n",
      "gurn.yaml:2:13: tracking.executor is gll, but has to be one of auto, gl, simd; did you mean 'gl'?"
    ),
    (
      "tracking:\n  presence_off: 0.99\n",
      "gurn.yaml:2:17: tracking.presence_off is 0.99, but presence_off (0.99) has to lie below presence_on (0.98)"
    ),
    (
      "tracking:\n  max_faces: 5\n",
      "gurn.yaml:2:14: tracking.max_faces is 5, but has to be a whole number from 1 to 4, such as 1"
    ),
    (
      "targets:\n  - {schema: vmc, face: 1}\n",
      """
      gurn.yaml:2:25: targets[0].face is 1, but there is no such face: tracking.max_faces is 1, and the first is 0
      """
    ),
    (
      "targets:\n  - face: 2\n  - face: one\ntracking: {max_faces: 3}\n",
      "gurn.yaml:3:11: targets[1].face is one, but has to be null or a whole number from 0 to 3"
    ),
    (
      "targets:\n  - schema: vcm\n",
      """
      gurn.yaml:2:13: targets[0].schema is vcm, but has to be one of native, vmc, vrchat, babble, etvr, facecap, phiz, \
      faceosc, ifacialmocap, livelinkface, opentrack, template; did you mean 'vmc'?
      """
    ),
    (
      "targets:\n  - port: 39539\n  - port: 70000\n",
      "gurn.yaml:3:11: targets[1].port is 70000, but has to be a whole number from 1 to 65535, such as 39539"
    ),
    (
      "targets:\n  - schema: native\n    names: arkit\n",
      "gurn.yaml:3:5: unknown key 'names' in targets[0]; this is an option of schema vmc, and the target's is native"
    ),
    (
      "targets:\n  - {schema: etvr, prefix: FT}\n",
      """
      gurn.yaml:2:20: unknown key 'prefix' in targets[0]; this is an option of schema vrchat, babble, and the target's is \
      etvr
      """
    ),
    (
      "targets:\n  - {schema: vrchat, prefix: 'a b'}\n",
      """
      gurn.yaml:2:30: targets[0].prefix is 'a b', but has to be the beginning of an OSC address, such as FT, without spaces \
      and any of #*,?[]{}
      """
    ),
    (
      "targets:\n  - {schema: template}\n",
      """
      gurn.yaml:2:5: targets[0] has schema template, so it needs the key 'template' with a YAML file, as in contrib/schemas
      """
    ),
    (
      "control:\n  networks: [192.168.1.0/33]\n",
      """
      gurn.yaml:2:14: control.networks is 192.168.1.0/33, but has to hold networks such as 192.168.1.0/24 or fd00::/8
      """
    ),
    (
      "control:\n  port: -1\n",
      "gurn.yaml:2:9: control.port is -1, but has to be a whole number from 0 to 65535, such as 39640"
    ),
    (
      "targets:\n  host: localhost\n",
      "gurn.yaml:2:3: targets is a section, but has to be a list, each item beginning with '- '"
    ),
    (
      "targets: [localhost]\n",
      "gurn.yaml:1:11: targets[0] is a single value, but has to be a section of keys"
    ),
    (
      "source: webcam\n",
      "gurn.yaml:1:9: source is a single value, but has to be a section of keys"
    ),
    (
      "- source\n",
      "gurn.yaml:1:1: the file is a list, but has to be a section of keys"
    ),
    (
      "models:\n  directory: {}\n",
      "gurn.yaml:2:14: models.directory is a section, but has to be a path, or null for none"
    ),
    (
      "source:\n  fps: 30\n  width: 640\n  fps: 60\n",
      "gurn.yaml:2:3: the same section has 'fps' more than once; keep one"
    ),
    (
      "source:\n\tfps: 30\n",
      """
      gurn.yaml:2:1: this is not YAML (found character that cannot start any token); indent with spaces, not tabs, \
      and quote texts with special signs
      """
    ),
    (
      "source:\n  fps: 30\n width: 640\n",
      """
      gurn.yaml:3:2: this is not YAML: did not find expected key while parsing a block mapping from line 1, column 1; \
      check the indentation and colons here
      """
    ),
    (
      "source: *camera\n",
      "gurn.yaml:1:9: this is not YAML: found undefined alias; check the indentation and colons here"
    ),
  ])
  func eachMistakeIsNamedWithItsPlaceAndWhatWouldBeRight(_ yaml: String, _ message: String) {
    #expect(mistakes(yaml) == [message])
  }

  @Test func severalMistakesAreNamedAtOnceByLine() {
    let yaml = """
      trackin:
        threads: 2
      source:
        mirror: 3
        fps: 0
        hight: 480
      targets:
        - port: x
      log: {level: loud}
      """
    #expect(
      mistakes(yaml) == [
        "gurn.yaml:1:1: unknown key 'trackin'; did you mean 'tracking'?",
        "gurn.yaml:4:11: source.mirror is 3, but has to be true or false",
        "gurn.yaml:5:8: source.fps is 0, but has to be a whole number from 1 to 240, such as 30",
        "gurn.yaml:6:3: unknown key 'hight' in source; did you mean 'height'?",
        "gurn.yaml:8:11: targets[0].port is x, but has to be a whole number from 1 to 65535, such as 39539",
        """
        gurn.yaml:9:14: log.level is loud, but has to be one of trace, debug, info, notice, warning, error, critical
        """,
      ])
  }

  @Test(arguments: ["", "# nothing\n", "---\n", "source:\n", "source: {}\n", "null\n"])
  func whatSetsNothingIsTheDefault(_ yaml: String) throws {
    #expect(try Configuration.parse(yaml: yaml, file: "gurn.yaml") == .default)
  }

  @Test func anEmptyListSendsNothing() throws {
    #expect(try Configuration.parse(yaml: "targets: []", file: "gurn.yaml").targets.isEmpty)
  }

  @Test(arguments: [
    ("auto", SourceConfiguration.Camera.auto), ("/dev/video2", .path("/dev/video2")), ("C920", .name("C920")),
  ])
  func aCameraIsAutoAPathOrAName(_ text: String, _ camera: SourceConfiguration.Camera) throws {
    let configuration = try Configuration.parse(yaml: "source: {camera: \(text)}", file: "gurn.yaml")
    #expect(configuration.source.camera == camera)
  }

  /// Broken files of every kind must end in a message, never in a trap.
  @Test func mutilatedFilesAreRefusedOrRead() throws {
    let text = "source: {camera: auto, fps: 30}\ntargets:\n  - host: a\n    port: 1\nfilters:\n  lids: {beta: 1}\n"
    let scalars = Array(text.unicodeScalars)
    let signs: [Unicode.Scalar] = ["\t", ":", "-", "{", "]", "&", "*", "!", "\"", "\u{0}", "é", "|", "%", "9", "\n"]
    var refused = 0
    for index in scalars.indices {
      for sign in signs {
        var mutated = String.UnicodeScalarView()
        mutated.append(contentsOf: scalars[..<index])
        mutated.append(sign)
        mutated.append(contentsOf: scalars[(index + 1)...])
        let lines = mistakes(String(mutated))
        refused += lines.isEmpty ? 0 : 1
        for line in lines where line.hasPrefix("gurn.yaml:") { #expect(line.split(separator: ":").count > 3) }
      }
    }
    #expect(refused > 300)
  }
}
