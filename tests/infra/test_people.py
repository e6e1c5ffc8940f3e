POOL = "AWS::Cognito::UserPool"


def clients(properties, named):
    """Pool → its app clients."""
    found = {name: [] for name in properties(POOL)}
    for client in properties(f"{POOL}Client").values():
        found[named(client["UserPoolId"])].append(client)
    return found


def test_members_sign_up_by_themselves_with_an_address_that_is_verified(properties):
    members = properties(POOL)["Members"]
    assert members["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] is False
    assert members["UsernameAttributes"] == ["email"]
    assert members["AutoVerifiedAttributes"] == ["email"]
    assert members["UserAttributeUpdateSettings"] == {"AttributesRequireVerificationBeforeUpdate": ["email"]}


def test_a_pool_asks_for_an_address_and_for_nothing_else(properties):
    """What it keeps is encrypted with a key of AWS, so whatever else we know of a person lies elsewhere."""
    for pool in properties(POOL).values():
        assert [attribute["Name"] for attribute in pool["Schema"]] == ["email"]


def test_members_may_use_a_second_factor(properties):
    members = properties(POOL)["Members"]
    assert members["MfaConfiguration"] == "OPTIONAL"
    assert members["EnabledMfas"] == ["SOFTWARE_TOKEN_MFA"]


def test_a_sign_in_of_staff_that_looks_stolen_is_refused(properties, named):
    staff = properties(POOL)["Staff"]
    assert staff["UserPoolTier"] == "PLUS"
    assert staff["UserPoolAddOns"] == {"AdvancedSecurityMode": "ENFORCED"}
    (risks,) = properties(f"{POOL}RiskConfigurationAttachment").values()
    assert named(risks["UserPoolId"]) == "Staff"
    assert risks["ClientId"] == "ALL"
    actions = risks["AccountTakeoverRiskConfiguration"]["Actions"]
    assert actions["HighAction"] == {"EventAction": "BLOCK", "Notify": False}


def test_where_members_sign_in_from_is_not_kept(properties):
    members = properties(POOL)["Members"]
    assert members["UserPoolTier"] == "ESSENTIALS"
    assert "UserPoolAddOns" not in members


def test_staff_is_created_by_an_administrator_and_needs_a_second_factor(properties):
    staff = properties(POOL)["Staff"]
    assert staff["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] is True
    assert staff["MfaConfiguration"] == "ON"
    assert staff["EnabledMfas"] == ["SOFTWARE_TOKEN_MFA"]


def test_passwords_are_long_and_of_every_kind_of_character(properties):
    for pool in properties(POOL).values():
        policy = pool["Policies"]["PasswordPolicy"]
        assert policy["MinimumLength"] >= 12
        assert all(policy[f"Require{kind}"] for kind in ("Lowercase", "Uppercase", "Numbers", "Symbols"))


def test_an_address_is_one_person_however_it_is_written(properties):
    assert all(pool["UsernameConfiguration"] == {"CaseSensitive": False} for pool in properties(POOL).values())


def test_pools_are_not_deleted_by_accident(properties):
    assert all(pool["DeletionProtection"] == "ACTIVE" for pool in properties(POOL).values())


def test_each_pool_has_one_client_which_keeps_no_secret_and_tells_nobody_who_exists(properties, named):
    for pool, found in clients(properties, named).items():
        (client,) = found
        assert client["GenerateSecret"] is False, pool
        assert client["PreventUserExistenceErrors"] == "ENABLED"
        assert client["EnableTokenRevocation"] is True
        assert client["AllowedOAuthFlowsUserPoolClient"] is False
        assert set(client["ExplicitAuthFlows"]) == {"ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}
        assert client["IdTokenValidity"] <= 60
        assert client["TokenValidityUnits"]["IdToken"] == "minutes"


def test_staff_signs_in_again_each_day(properties, named):
    (client,) = clients(properties, named)["Staff"]
    assert client["RefreshTokenValidity"] <= 12 * 60
    assert client["TokenValidityUnits"]["RefreshToken"] == "minutes"


def test_the_groups_of_staff_are_the_roles(properties, named):
    groups = [(named(g["UserPoolId"]), g["GroupName"]) for g in properties(f"{POOL}Group").values()]
    roles = ["admin", "finance", "plan", "privacy", "provider", "support"]
    assert sorted(groups) == [("Staff", role) for role in roles]
