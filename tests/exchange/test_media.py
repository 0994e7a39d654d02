from commonpress.exchange.media import MediaFolder


def test_the_file_whose_folders_agree_with_the_address_is_found(tmp_path):
    for month in ("04", "05"):
        (tmp_path / "uploads" / "2019" / month).mkdir(parents=True)
        (tmp_path / "uploads" / "2019" / month / "crane.jpg").write_bytes(month.encode())

    found = MediaFolder(tmp_path).find("https://bugle.example/wp-content/uploads/2019/05/Crane.jpg?w=300")

    assert found.read_bytes() == b"05"


def test_a_file_that_is_not_there_is_not_found(tmp_path):
    (tmp_path / "other.jpg").write_bytes(b"")

    assert MediaFolder(tmp_path).find("https://bugle.example/crane.jpg") is None
    assert MediaFolder(tmp_path).find("https://bugle.example/../../etc/") is None
    assert MediaFolder(None).find("https://bugle.example/other.jpg") is None


def test_a_link_out_of_the_folder_is_not_followed(tmp_path):
    secret = tmp_path / "secret.jpg"
    secret.write_bytes(b"secret")
    folder = tmp_path / "media"
    folder.mkdir()
    (folder / "crane.jpg").symlink_to(secret)

    assert MediaFolder(folder).find("https://bugle.example/crane.jpg") is None
